package main

import (
	"context"
	"fmt"
	"sort"
	"time"

	"fortio.org/fortio/fgrpc"
	"fortio.org/fortio/log"
	"fortio.org/fortio/periodic"
	"fortio.org/fortio/stats"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// results are those of fortio's own gRPC runs, and the value of -dapr.
type results struct {
	periodic.RunnerResults
	// RetCodes counts the requests by the name of their gRPC code.
	RetCodes    map[string]int64
	Destination string
	Streams     int
	Ping        bool
	Dapr        string
	// ResponseTime has the times from the moment each request was due; without a target rate nothing is due.
	ResponseTime *stats.HistogramData `json:",omitempty"`
	LateSends    *lateSends           `json:",omitempty"`
}

// periodicClient repeats its request, and counts the outcomes.
type periodicClient struct {
	request  request
	retCodes map[string]int64
	// responseTimes are those of all clients; nil without a target rate.
	responseTimes *responseTimes
	calls         int
	// free is when the last call ended.
	free time.Time
}

// Run makes one request; fortio calls it at its rate and times it.
func (c *periodicClient) Run(thread int) {
	var err error
	if c.responseTimes == nil {
		err = c.request(context.Background())
	} else {
		sent := time.Now()
		c.responseTimes.begin(sent)
		err = c.request(context.Background())
		ended := time.Now()
		c.responseTimes.record(thread, c.calls, c.free, sent, ended)
		c.calls++
		c.free = ended
	}
	if err != nil {
		log.Warnf("Error making dapr call: %v", err)
	}
	c.retCodes[status.Code(err).String()]++
}

// run makes the load that fortio's options describe: Streams clients on each of NumThreads connections.
func run(o *fgrpc.GRPCRunnerOptions, dapr string) (*results, error) {
	given, err := parseParameters(dapr)
	if err != nil {
		return nil, err
	}
	target, err := newTarget(given, []byte(o.Payload))
	if err != nil {
		return nil, err
	}
	o.RunType = "GRPC Dapr"
	if len(o.Payload) > 0 {
		o.RunType += fmt.Sprintf(" PayloadLength=%d", len(o.Payload))
	}
	o.Streams = max(o.Streams, 1)
	o.NumThreads = max(o.NumThreads, 1)
	log.Infof("Starting %s test for %s with %d*%d threads at %.1f qps", o.RunType, o.Destination, o.Streams, o.NumThreads, o.QPS)
	o.NumThreads *= o.Streams

	runner := periodic.NewPeriodicRunner(&o.RunnerOptions)
	options := runner.Options()
	defer options.Abort()
	clients := make([]*periodicClient, options.NumThreads)
	var times *responseTimes
	if options.QPS > 0 {
		times = newResponseTimes(options)
	}
	var request request
	for i := range clients {
		if i%o.Streams == 0 {
			var disconnect func() extraConnections
			if request, disconnect, err = connect(o, given, target, dialAsFortio); err != nil {
				return nil, err
			}
			defer disconnect()
		}
		if o.Exactly <= 0 {
			if err := test(request, o.AllowInitialErrors); err != nil {
				return nil, fmt.Errorf("the first dapr call to %s failed: %w", o.Destination, err)
			}
		}
		clients[i] = &periodicClient{request: request, retCodes: map[string]int64{}, responseTimes: times}
		options.Runners[i] = clients[i]
	}

	total := &results{
		RunnerResults: runner.Run(),
		RetCodes:      map[string]int64{},
		Destination:   o.Destination,
		Streams:       o.Streams,
		Dapr:          dapr,
	}
	for _, client := range clients {
		for code, count := range client.retCodes {
			total.RetCodes[code] += count
		}
	}
	if times != nil {
		total.ResponseTime, total.LateSends = times.export(total.StartTime)
	}
	total.print(options)
	return total, nil
}

// test makes the first request of a connection. A missing key is no reason to abort: the load counts it.
func test(request request, allowErrors bool) error {
	err := request(context.Background())
	if allowErrors || status.Code(err) == codes.NotFound {
		return nil
	}
	return err
}

// dial opens a gRPC connection, and returns what was opened besides when it is closed.
type dial func(*fgrpc.GRPCRunnerOptions) (grpc.ClientConnInterface, func() extraConnections, error)

// connect opens one connection to the target, and returns the request to repeat on it.
func connect(o *fgrpc.GRPCRunnerOptions, given parameters, target target, dial dial) (request, func() extraConnections, error) {
	switch {
	case target.noop:
		return func(context.Context) error { return nil }, func() extraConnections { return extraConnections{} }, nil
	case target.redis:
		return hgetall(given, o.Destination)
	}
	connection, disconnect, err := dial(o)
	if err != nil {
		return nil, nil, err
	}
	return target.grpc(connection), disconnect, nil
}

// dialAsFortio counts no connections.
func dialAsFortio(o *fgrpc.GRPCRunnerOptions) (grpc.ClientConnInterface, func() extraConnections, error) {
	connection, err := fgrpc.Dial(o)
	return connection, func() extraConnections {
		_ = connection.Close()
		return extraConnections{}
	}, err
}

func (r *results) print(options *periodic.RunnerOptions) {
	codes := make([]string, 0, len(r.RetCodes))
	for code := range r.RetCodes {
		codes = append(codes, code)
	}
	sort.Strings(codes)
	_, _ = fmt.Fprintf(options.Out, "Jitter: %t\n", r.Jitter)
	for _, code := range codes {
		_, _ = fmt.Fprintf(options.Out, "Dapr %s : %d\n", code, r.RetCodes[code])
	}
}
