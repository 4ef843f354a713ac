// Compares the Dapr extension with fortio's own gRPC load: CPU time of the command per call, of
// `load -grpc -dapr capability=invoke,target=appcallback,…` and of `load -grpc -ping`, to one server that echoes both,
// in turn. It prints each pair, and the median of their ratios.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"fortio.org/fortio/fgrpc"
	commonpb "github.com/dapr/dapr/pkg/proto/common/v1"
	runtimepb "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"google.golang.org/grpc"
)

const (
	pairs   = 5
	calls   = 50_000
	fortio  = "bin/fortio"
	payload = 1024
)

type server struct {
	runtimepb.UnimplementedAppCallbackServer
}

func (server) Ping(_ context.Context, in *fgrpc.PingMessage) (*fgrpc.PingMessage, error) {
	return in, nil
}

func (server) OnInvoke(_ context.Context, in *commonpb.InvokeRequest) (*commonpb.InvokeResponse, error) {
	return &commonpb.InvokeResponse{Data: in.GetData()}, nil
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	g := grpc.NewServer()
	fgrpc.RegisterPingServerServer(g, server{})
	runtimepb.RegisterAppCallbackServer(g, server{})
	go func() { log.Fatal(g.Serve(listener)) }()
	address := listener.Addr().String()

	var ratios []float64
	for pair := 1; pair <= pairs; pair++ {
		ping := microsecondsPerCall(address, "-ping")
		dapr := microsecondsPerCall(address, "-dapr", "capability=invoke,target=appcallback,method=load")
		ratios = append(ratios, dapr/ping)
		fmt.Printf("pair %d: -ping %.1f µs of CPU a call, -dapr %.1f µs, ratio %.3f\n", pair, ping, dapr, dapr/ping)
	}
	slices.Sort(ratios)
	fmt.Printf("CPU a call of -dapr, as a share of -ping's: %.3f (median of %d pairs of %d calls, %d B each way)\n",
		ratios[pairs/2], pairs, calls, payload)
}

func microsecondsPerCall(address string, mode ...string) float64 {
	args := []string{"load", "-grpc", "-qps=0", "-c=16", "-n", strconv.Itoa(calls), "-payload", strings.Repeat("x", payload), "-loglevel=error"}
	cmd := exec.Command(fortio, append(append(args, mode...), address)...)
	output, err := cmd.CombinedOutput()
	if err != nil || strings.Contains(string(output), "ERROR") {
		log.Fatalf("fortio %v: %v\n%s", mode, err, output)
	}
	used := cmd.ProcessState
	return float64((used.UserTime() + used.SystemTime()).Microseconds()) / calls
}
