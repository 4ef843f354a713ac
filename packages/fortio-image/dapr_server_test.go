//go:build slow

package main

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	commonpb "github.com/dapr/dapr/pkg/proto/common/v1"
	runtimepb "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

// daprServer is a sidecar's gRPC API and an app's callbacks in one; it records what arrives.
type daprServer struct {
	runtimepb.UnimplementedDaprServer
	runtimepb.UnimplementedAppCallbackServer

	// fail, if not OK, is the code of all calls after the first few.
	fail      codes.Code
	failAfter int
	// stallAt is the number of a call that is answered only after stallFor.
	stallAt  int
	stallFor time.Duration

	mutex       sync.Mutex
	connections int
	invoked     []*runtimepb.InvokeServiceRequest
	called      []*commonpb.InvokeRequest
	got         []*runtimepb.GetStateRequest
	published   []*runtimepb.PublishEventRequest
	bulks       []*runtimepb.BulkPublishRequest
	calls       int
}

// startDaprServer serves until the test ends, and returns its address.
func startDaprServer(t *testing.T, server *daprServer, options ...grpc.ServerOption) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := grpc.NewServer(append(options, grpc.MaxRecvMsgSize(64<<20), grpc.MaxSendMsgSize(64<<20))...)
	runtimepb.RegisterDaprServer(g, server)
	runtimepb.RegisterAppCallbackServer(g, server)
	go func() { _ = g.Serve(countingListener{listener, server}) }()
	t.Cleanup(g.Stop)
	return listener.Addr().String()
}

type countingListener struct {
	net.Listener
	server *daprServer
}

func (l countingListener) Accept() (net.Conn, error) {
	connection, err := l.Listener.Accept()
	if err == nil {
		l.server.mutex.Lock()
		l.server.connections++
		l.server.mutex.Unlock()
	}
	return connection, err
}

// keep records a call, and returns its error.
func (s *daprServer) keep(record func()) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	record()
	s.calls++
	if s.calls == s.stallAt {
		time.Sleep(s.stallFor)
	}
	if s.fail != codes.OK && s.calls > s.failAfter {
		return status.Error(s.fail, "as the test wants it")
	}
	return nil
}

func (s *daprServer) InvokeService(_ context.Context, r *runtimepb.InvokeServiceRequest) (*commonpb.InvokeResponse, error) {
	return &commonpb.InvokeResponse{}, s.keep(func() { s.invoked = append(s.invoked, r) })
}

func (s *daprServer) OnInvoke(_ context.Context, r *commonpb.InvokeRequest) (*commonpb.InvokeResponse, error) {
	return &commonpb.InvokeResponse{}, s.keep(func() { s.called = append(s.called, r) })
}

func (s *daprServer) GetState(_ context.Context, r *runtimepb.GetStateRequest) (*runtimepb.GetStateResponse, error) {
	answer := &runtimepb.GetStateResponse{}
	switch r.GetKey() {
	case "missing":
	case "large":
		answer.Data = make([]byte, 5<<20)
	default:
		answer.Data = []byte("value")
	}
	return answer, s.keep(func() { s.got = append(s.got, r) })
}

func (s *daprServer) PublishEvent(_ context.Context, r *runtimepb.PublishEventRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, s.keep(func() { s.published = append(s.published, r) })
}

func (s *daprServer) BulkPublishEvent(_ context.Context, r *runtimepb.BulkPublishRequest) (*runtimepb.BulkPublishResponse, error) {
	answer := &runtimepb.BulkPublishResponse{}
	if r.GetTopic() == "refused" {
		answer.FailedEntries = []*runtimepb.BulkPublishResponseFailedEntry{{EntryId: "0", Error: "no such topic"}}
	}
	return answer, s.keep(func() { s.bulks = append(s.bulks, r) })
}
