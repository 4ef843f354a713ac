package main

import (
	"strconv"
	"time"

	"fortio.org/fortio/fgrpc"
	"fortio.org/fortio/periodic"
	"fortio.org/fortio/stats"
	"fortio.org/fortio/version"
)

// loopResult is that of one variant in the form of fortio's own results, over HTTP and over gRPC, with more fields. Times
// are in seconds, durations in nanoseconds.
type loopResult struct {
	Name string `json:",omitempty"`
	periodic.RunnerResults
	// RetCodes counts the requests by HTTP status, or by the name of their gRPC code; -1 is a connection that broke.
	RetCodes map[string]int64

	// Only over HTTP. Sizes are those of whole responses, HeaderSizes of their headers.
	URL         string               `json:",omitempty"`
	Sizes       *stats.HistogramData `json:",omitempty"`
	HeaderSizes *stats.HistogramData `json:",omitempty"`
	SocketCount int64                `json:",omitempty"`

	// Only over gRPC, to Redis or of noop.
	Destination string `json:",omitempty"`
	Streams     int    `json:",omitempty"`
	Dapr        string `json:",omitempty"`

	// ExtraConnections has Opened and SentAgain, or OpenedOrSentAgain where a client doesn't tell one from the other.
	ExtraConnections map[string]int64
	// Rated is absent without a target rate.
	Rated *ratedResult `json:",omitempty"`
	// Machine is that of the whole load, of all its variants; absent where it can't be read.
	Machine *machineUse `json:",omitempty"`
}

// ratedResult says what became of what was due.
type ratedResult struct {
	Arrivals string
	Seed     uint64
	// Due is how many requests were due, SentInTime how many of them were sent by the planned end of the load.
	Due, SentInTime int64
	LateSends       lateSends
	// ResponseTime is from when a request was due to its response.
	ResponseTime *stats.HistogramData
	// GeneratorDelay is from when a request was due and a connection free to when it was sent.
	GeneratorDelay *stats.HistogramData
}

// mixedResults are those of one load of several variants.
type mixedResults struct {
	// Order has the variants' names in the order of the slices of a cycle.
	Order []string
	// Slice is the length of a slice, Slices their number.
	Slice   time.Duration
	Slices  int
	Results []*loopResult
}

func (l *loop) mixedResults(o *fgrpc.GRPCRunnerOptions) *mixedResults {
	mixed := &mixedResults{Slice: sliceWithoutRate, Slices: int(l.duration / sliceWithoutRate), Results: l.results(o)}
	if l.rate > 0 {
		mixed.Slice, mixed.Slices = l.sliceTime(), l.slices
	}
	for slice := range 2 * len(l.variants) {
		mixed.Order = append(mixed.Order, l.variants[variantOf(slice, len(l.variants))].Name)
	}
	return mixed
}

// results closes the connections, and has the result of each variant.
func (l *loop) results(o *fgrpc.GRPCRunnerOptions) []*loopResult {
	var results []*loopResult
	for i, counted := range l.close() {
		results = append(results, l.result(l.variants[i], counted, o))
	}
	return results
}

func (l *loop) result(v *loaded, counted *counts, o *fgrpc.GRPCRunnerOptions) *loopResult {
	actual := max(l.took, l.duration)
	result := &loopResult{
		Name: v.Name,
		RunnerResults: periodic.RunnerResults{
			RunType:           "HTTP",
			Labels:            o.Labels,
			StartTime:         l.start,
			RequestedQPS:      "max",
			RequestedDuration: l.duration.String(),
			ActualQPS:         float64(v.serviceTime.Count) / actual.Seconds(),
			ActualDuration:    actual,
			NumThreads:        len(v.connections),
			Version:           version.Short(),
			DurationHistogram: v.serviceTime.export(o.Percentiles),
		},
		RetCodes:         counted.retCodes,
		ExtraConnections: counted.extra.byName(),
		Machine:          l.machine,
	}
	if v.Dapr == "" {
		result.URL, result.Sizes, result.HeaderSizes = v.URL, counted.sizes.Export(), counted.headerSizes.Export()
		result.SocketCount = int64(len(v.connections)) + counted.extra.opened
	} else {
		result.RunType, result.Destination, result.Streams, result.Dapr = "GRPC Dapr", v.URL, 1, v.Dapr
	}
	if l.rate > 0 {
		result.RequestedQPS = strconv.FormatFloat(l.rate/float64(len(l.variants)), 'g', -1, 64)
		result.Rated = &ratedResult{
			Arrivals:       l.arrivals,
			Seed:           l.seed,
			Due:            l.requestsOfEach(),
			SentInTime:     v.sentInTime,
			LateSends:      v.late,
			ResponseTime:   v.responseTime.export(o.Percentiles),
			GeneratorDelay: v.generatorDelay.export(o.Percentiles),
		}
	}
	return result
}
