// The app that testapp-grpc is measured against: Dapr's AppCallback on grpc-go, OnInvoke answers with nothing.
package main

import (
	"context"
	"log"
	"net"
	"os"

	commonpb "github.com/dapr/dapr/pkg/proto/common/v1"
	runtimepb "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"google.golang.org/grpc"
)

type app struct {
	runtimepb.UnimplementedAppCallbackServer
}

func (app) OnInvoke(context.Context, *commonpb.InvokeRequest) (*commonpb.InvokeResponse, error) {
	return &commonpb.InvokeResponse{}, nil
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer(grpc.MaxRecvMsgSize(16 << 20))
	runtimepb.RegisterAppCallbackServer(server, app{})
	log.Fatal(server.Serve(listener))
}
