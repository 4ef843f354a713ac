// Compares what our own loop costs with what fortio's costs, in CPU time of the load generator per request, in turn and to
// the same server: loads in bursts and without a rate, with fortio's HTTP client, with Go's, and over gRPC; and evenly
// spaced ones with bursts. It prints each pair, and the median of their ratios. Then it prints how late our loop itself
// sends requests of nothing, at 1000 qps.
package main

import (
	"context"
	"encoding/json"
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
	"fortio.org/fortio/stats"
	commonpb "github.com/dapr/dapr/pkg/proto/common/v1"
	runtimepb "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"google.golang.org/grpc"
)

const (
	pairs  = 5
	fortio = "bin/fortio"
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
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }))
	defer web.Close()

	grpcTo := []string{"-grpc", listener.Addr().String()}
	dapr := append([]string{"-dapr=capability=invoke,target=appcallback,method=load"}, grpcTo...)
	body := "-payload=" + strings.Repeat("x", 1024)
	targets := []struct {
		name      string
		own, ours []string
	}{
		{"HTTP, fortio's client", []string{body, "-httpccch", web.URL}, []string{body, web.URL}},
		// Without a body, with which fortio opens a connection for each request.
		{"HTTP, Go's client", []string{"-stdclient", web.URL}, []string{"-stdclient", web.URL}},
		{"gRPC, -ping", append([]string{body, "-ping"}, grpcTo...), append([]string{body}, dapr...)},
		{"gRPC, -dapr", append([]string{body}, dapr...), append([]string{body}, dapr...)},
	}
	for _, target := range targets {
		for _, qps := range []int{2000, 0} {
			name := fmt.Sprintf("%s, bursts at %d qps", target.name, qps)
			if qps == 0 {
				name = target.name + ", without a rate"
			}
			compare(name, arguments("", qps, target.own), arguments("bursts", qps, target.ours))
		}
	}
	compare("HTTP, uniform against bursts, both of our loop", arguments("bursts", 2000, []string{body, web.URL}), arguments("uniform", 2000, []string{body, web.URL}))
	for _, arrivals := range []string{"uniform", "poisson", "bursts"} {
		delays(arrivals)
	}
}

// arguments are those of a load; of fortio's own without arrivals.
func arguments(arrivals string, qps int, target []string) []string {
	args := []string{"-c=16", "-t=2s", "-qps", strconv.Itoa(qps)}
	if arrivals != "" {
		args = append(args, "-arrivals", arrivals)
	}
	return append(args, target...)
}

// compare makes loads of both in turn.
func compare(name string, own, ours []string) {
	var ratios []float64
	for pair := 1; pair <= pairs; pair++ {
		one, other := microsecondsPerRequest(own), microsecondsPerRequest(ours)
		ratios = append(ratios, other/one)
		fmt.Printf("%s, pair %d: %.1f and %.1f µs of CPU a request, ratio %.3f\n", name, pair, one, other, other/one)
	}
	slices.Sort(ratios)
	fmt.Printf("%s: %.3f (median of %d pairs)\n", name, ratios[pairs/2], pairs)
}

// result has the fields of a result that are needed here.
type result struct {
	DurationHistogram stats.HistogramData
	Rated             struct{ GeneratorDelay stats.HistogramData }
}

func microsecondsPerRequest(args []string) float64 {
	used, made := load(args)
	return used / float64(made.DurationHistogram.Count)
}

// load makes a load, and returns the CPU time that it used, in microseconds.
func load(args []string) (float64, result) {
	cmd := exec.Command(fortio, append([]string{"load", "-loglevel=error", "-json=-"}, args...)...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	output, err := cmd.Output()
	var made result
	if err == nil {
		err = json.Unmarshal(output, &made)
	}
	if err != nil || strings.Contains(stderr.String(), "ERROR") {
		log.Fatalf("fortio %v: %v\n%s", args, err, stderr.String())
	}
	return float64((cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Microseconds()), made
}

// delays prints how late the loop itself was.
func delays(arrivals string) {
	_, made := load([]string{"-grpc", "-dapr=capability=state,target=noop", "-arrivals", arrivals, "-qps=1000", "-c=16", "-t=10s", "-p=50,75,90,99,99.9", "localhost:1"})
	fmt.Printf("sent late by the loop itself, %s at 1000 qps of noop, in ms:", arrivals)
	for _, p := range made.Rated.GeneratorDelay.Percentiles {
		fmt.Printf(" p%v %.3f", p.Percentile, p.Value*1000)
	}
	fmt.Printf(" max %.3f\n", made.Rated.GeneratorDelay.Max*1000)
}
