// Compares the CPU time of the extension's loads per call with that of fortio's own, in turn: of
// `load -grpc -dapr capability=invoke,target=appcallback,…` with `load -grpc -ping`, to one server that echoes both; and of
// a load of two variants, over HTTP and at a target rate, with the same load of one. It prints each pair, and the median
// of their ratios.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
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
	rate    = 5_000
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

	compare("-ping", "-dapr", func(mode string) float64 {
		if mode == "-dapr" {
			return microsecondsPerCall("-grpc", "-qps=0", "-n", strconv.Itoa(calls), "-dapr", "capability=invoke,target=appcallback,method=load", address)
		}
		return microsecondsPerCall("-grpc", "-qps=0", "-n", strconv.Itoa(calls), "-ping", address)
	})

	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }))
	defer web.Close()
	variants := fmt.Sprintf(`[{"name":"a","url":%[1]q},{"name":"b","url":%[1]q}]`, web.URL)
	rated := []string{"-qps", strconv.Itoa(rate), "-t", strconv.Itoa(calls/rate) + "s"}
	compare("one target", "two variants", func(mode string) float64 {
		if mode == "two variants" {
			return microsecondsPerCall(append(rated, "-variants", variants)...)
		}
		return microsecondsPerCall(append(rated, web.URL)...)
	})
}

// compare measures two modes in turn.
func compare(own, ours string, microseconds func(mode string) float64) {
	var ratios []float64
	for pair := 1; pair <= pairs; pair++ {
		one, other := microseconds(own), microseconds(ours)
		ratios = append(ratios, other/one)
		fmt.Printf("pair %d: %s %.1f µs of CPU a call, %s %.1f µs, ratio %.3f\n", pair, own, one, ours, other, other/one)
	}
	slices.Sort(ratios)
	fmt.Printf("CPU a call of %s, as a share of that of %s: %.3f (median of %d pairs of %d calls, %d B each way)\n",
		ours, own, ratios[pairs/2], pairs, calls, payload)
}

func microsecondsPerCall(mode ...string) float64 {
	args := []string{"load", "-c=16", "-payload", strings.Repeat("x", payload), "-loglevel=error"}
	cmd := exec.Command(fortio, append(args, mode...)...)
	output, err := cmd.CombinedOutput()
	if err != nil || strings.Contains(string(output), "ERROR") {
		log.Fatalf("fortio %v: %v\n%s", mode, err, output)
	}
	used := cmd.ProcessState
	return float64((used.UserTime() + used.SystemTime()).Microseconds()) / calls
}
