package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"time"

	"fortio.org/fortio/fgrpc"
	"fortio.org/fortio/fhttp"
	"fortio.org/fortio/periodic"
	"fortio.org/fortio/stats"
	"fortio.org/fortio/version"
)

// variant is what a part of a mixed load's requests goes to.
type variant struct {
	Name string `json:"name"`
	URL  string `json:"url"`
	// Dapr is its value of -dapr; empty over HTTP.
	Dapr string `json:"dapr"`
}

func parseVariants(text string) ([]variant, error) {
	var variants []variant
	if err := json.Unmarshal([]byte(text), &variants); err != nil {
		return nil, fmt.Errorf("-variants %s: expected [{\"name\": …, \"url\": …, \"dapr\": …}, …]: %w", text, err)
	}
	if len(variants) < 2 {
		return nil, fmt.Errorf("-variants: %d given, expected at least 2", len(variants))
	}
	for i, v := range variants {
		if v.Name == "" || v.URL == "" {
			return nil, fmt.Errorf("-variants: the one at position %d needs a name and a url", i+1)
		}
	}
	return variants, nil
}

// mixedResults are those of one load of several variants.
type mixedResults struct {
	// Order has the variants' names in the order of the slices of a cycle.
	Order []string
	// Slice is the length of a slice, Slices their number.
	Slice    time.Duration
	Slices   int
	Arrivals string
	Results  []variantResults
}

type variantResults struct {
	Name string
	results
	// Sizes are those of whole responses, HeaderSizes of their headers; only over HTTP.
	Sizes       *stats.HistogramData `json:",omitempty"`
	HeaderSizes *stats.HistogramData `json:",omitempty"`
}

// mixedClient repeats the requests of one connection.
type mixedClient interface {
	periodic.Runnable
	addTo(*variantTotal)
}

// variantTotal adds up what the connections to a variant counted.
type variantTotal struct {
	retCodes           map[string]int64
	sizes, headerSizes *stats.Histogram
}

func (c *client) addTo(total *variantTotal) {
	for code, count := range c.retCodes {
		total.retCodes[code] += count
	}
}

// httpClient repeats an HTTP request, and counts the outcomes.
type httpClient struct {
	fetcher            fhttp.Fetcher
	retCodes           map[int]int64
	sizes, headerSizes *stats.Histogram
}

// Run makes one request.
func (c *httpClient) Run(int) {
	code, body, headerSize := c.fetcher.Fetch()
	c.retCodes[code]++
	c.sizes.Record(float64(len(body)))
	c.headerSizes.Record(float64(headerSize))
}

func (c *httpClient) addTo(total *variantTotal) {
	for code, count := range c.retCodes {
		total.retCodes[strconv.Itoa(code)] += count
	}
	total.sizes.Transfer(c.sizes)
	total.headerSizes.Transfer(c.headerSizes)
}

// As in fortio's own HTTP load.
func newSizes() *stats.Histogram       { return stats.NewHistogram(0, 100) }
func newHeaderSizes() *stats.Histogram { return stats.NewHistogram(0, 5) }

// connectHTTP opens a connection to an HTTP server, and tests it with one request.
func connectHTTP(options fhttp.HTTPOptions, v variant, allowErrors bool) (mixedClient, func(), error) {
	options.Init(v.URL)
	fetcher, err := fhttp.NewClient(&options)
	if err != nil {
		return nil, nil, err
	}
	code, body, _ := fetcher.Fetch()
	if (code < 200 || code > 299) && !allowErrors {
		return nil, nil, fmt.Errorf("the first request to %s, %s: error %d: %q", v.Name, v.URL, code, body)
	}
	client := &httpClient{fetcher: fetcher, retCodes: map[int]int64{}, sizes: newSizes(), headerSizes: newHeaderSizes()}
	return client, func() { fetcher.Close() }, nil
}

// connectDapr opens a connection to a variant's Dapr API over gRPC, and tests it with one request.
func connectDapr(options fgrpc.GRPCRunnerOptions, v variant) (mixedClient, func(), error) {
	given, err := parseParameters(v.Dapr)
	if err != nil {
		return nil, nil, err
	}
	target, err := newTarget(given, []byte(options.Payload))
	if err != nil {
		return nil, nil, err
	}
	options.Destination = v.URL
	request, disconnect, err := connect(&options, given, target)
	if err != nil {
		return nil, nil, err
	}
	if err := test(request, options.AllowInitialErrors); err != nil {
		disconnect()
		return nil, nil, fmt.Errorf("the first request to %s, %s: %w", v.Name, v.URL, err)
	}
	return &client{request: request, retCodes: map[string]int64{}}, disconnect, nil
}

// runMixed makes one load that gives each slice of its time to one variant alone, and has a result for each.
func runMixed(o *fgrpc.GRPCRunnerOptions, http *fhttp.HTTPOptions, variants []variant, grpc, spread bool) (*mixedResults, error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	threads := max(o.NumThreads, 1)
	clients := make([][]mixedClient, threads)
	senders := make([][]*sender, threads)
	for thread := range threads {
		for _, v := range variants {
			client, disconnect, err := mixedClient(nil), func() {}, error(nil)
			if grpc {
				client, disconnect, err = connectDapr(*o, v)
			} else {
				client, disconnect, err = connectHTTP(*http, v, o.AllowInitialErrors)
			}
			if err != nil {
				return nil, err
			}
			defer disconnect()
			clients[thread] = append(clients[thread], client)
			senders[thread] = append(senders[thread], newSender(client, o.Resolution))
		}
	}

	pacing := newPacing(len(variants), threads, o.QPS, o.Duration, spread)
	pacing.start = time.Now()
	var running sync.WaitGroup
	for thread := range threads {
		running.Go(func() {
			if pacing.hasRate {
				pacing.sendTicks(ctx, thread, senders[thread])
			} else {
				pacing.sendSlices(ctx, thread, senders[thread])
			}
		})
	}
	running.Wait()
	took := time.Since(pacing.start)

	mixed := &mixedResults{Slice: pacing.slice, Slices: pacing.slices, Arrivals: arrivals(spread)}
	for slice := range 2 * len(variants) {
		mixed.Order = append(mixed.Order, variants[pacing.variant(slice)].Name)
	}
	for i, v := range variants {
		total := &variantTotal{retCodes: map[string]int64{}, sizes: newSizes(), headerSizes: newHeaderSizes()}
		all := newSender(nil, o.Resolution)
		for thread := range threads {
			clients[thread][i].addTo(total)
			all.add(senders[thread][i])
		}
		mixed.Results = append(mixed.Results, variantResult(v, o, &pacing, took, total, all))
	}
	return mixed, nil
}

// add takes what another connection to the same variant has timed.
func (s *sender) add(other *sender) {
	s.serviceTime.Transfer(other.serviceTime)
	s.responseTime.Transfer(other.responseTime)
	s.late.Count += other.late.Count
	s.late.WorstSeconds = max(s.late.WorstSeconds, other.late.WorstSeconds)
}

func variantResult(v variant, o *fgrpc.GRPCRunnerOptions, p *pacing, took time.Duration, total *variantTotal, all *sender) variantResults {
	export := func(h *stats.Histogram) *stats.HistogramData { return h.Export().CalcPercentiles(o.Percentiles) }
	result := variantResults{Name: v.Name, results: results{
		RunnerResults: periodic.RunnerResults{
			RunType:           "Mixed",
			Labels:            defaultLabels(v.URL),
			StartTime:         p.start,
			RequestedQPS:      "max",
			RequestedDuration: (p.slice * time.Duration(p.slices)).String(),
			ActualQPS:         float64(all.serviceTime.Count) / took.Seconds(),
			ActualDuration:    took,
			NumThreads:        p.threads,
			Version:           version.Short(),
			DurationHistogram: export(all.serviceTime),
		},
		RetCodes:    total.retCodes,
		Destination: v.URL,
		Streams:     1,
		Dapr:        v.Dapr,
	}}
	if p.hasRate {
		result.RequestedQPS = strconv.FormatFloat(o.QPS/float64(p.variants), 'g', -1, 64)
		result.ResponseTime, result.LateSends = export(all.responseTime), &all.late
	}
	if total.sizes.Count > 0 {
		result.Sizes, result.HeaderSizes = total.sizes.Export(), total.headerSizes.Export()
	}
	return result
}
