package main

import (
	"context"
	"strconv"

	"fortio.org/fortio/fhttp"
	"fortio.org/fortio/log"
	"fortio.org/fortio/stats"
	"google.golang.org/grpc/status"
)

// client repeats the request of one connection.
type client interface {
	// send makes one request, and counts its outcome.
	send()
	// addTo adds what was counted.
	addTo(*counts)
	// close ends the connection, and says how often others were opened in its place.
	close() extraConnections
}

// counts are what the clients of a variant have counted.
type counts struct {
	retCodes map[string]int64
	// sizes are those of whole responses, headerSizes of their headers; only over HTTP.
	sizes, headerSizes *stats.Histogram
	extra              extraConnections
}

func newCounts() *counts {
	return &counts{retCodes: map[string]int64{}, sizes: newSizes(), headerSizes: newHeaderSizes()}
}

// As in fortio's own HTTP load.
func newSizes() *stats.Histogram       { return stats.NewHistogram(0, 100) }
func newHeaderSizes() *stats.Histogram { return stats.NewHistogram(0, 5) }

// extraConnections are connections that were opened beyond the first one, and requests that a client sent a second time.
type extraConnections struct {
	opened, sentAgain int64
	// notTold is set where a client doesn't tell one from the other: then opened is the sum of both.
	notTold bool
}

// byName names what is known.
func (e extraConnections) byName() map[string]int64 {
	if e.notTold {
		return map[string]int64{"OpenedOrSentAgain": e.opened}
	}
	return map[string]int64{"Opened": e.opened, "SentAgain": e.sentAgain}
}

func (e *extraConnections) add(other extraConnections) {
	e.opened += other.opened
	e.sentAgain += other.sentAgain
	e.notTold = e.notTold || other.notTold
}

// httpResponses counts the responses of an HTTP client.
type httpResponses struct {
	retCodes           map[int]int64
	sizes, headerSizes *stats.Histogram
}

func newHTTPResponses() httpResponses {
	return httpResponses{retCodes: map[int]int64{}, sizes: newSizes(), headerSizes: newHeaderSizes()}
}

func (r *httpResponses) count(code, size, headerSize int) {
	r.retCodes[code]++
	r.sizes.Record(float64(size))
	r.headerSizes.Record(float64(headerSize))
}

func (r *httpResponses) addTo(total *counts) {
	for code, count := range r.retCodes {
		total.retCodes[strconv.Itoa(code)] += count
	}
	total.sizes.Transfer(r.sizes)
	total.headerSizes.Transfer(r.headerSizes)
}

// fastClient is fortio's own HTTP client. On a connection that broke it sends its request a second time, over a new one, and
// tells only how many it opened.
type fastClient struct {
	httpResponses
	fetcher fhttp.Fetcher
}

func (c *fastClient) send() {
	code, response, headerSize := c.fetcher.Fetch()
	c.count(code, len(response), headerSize)
}

func (c *fastClient) close() extraConnections {
	return extraConnections{opened: max(0, int64(c.fetcher.Close())-1), notTold: true}
}

// requestClient repeats a request over gRPC, to Redis, or of nothing.
type requestClient struct {
	request    request
	retCodes   map[string]int64
	disconnect func() extraConnections
}

func (c *requestClient) send() {
	err := c.request(context.Background())
	if err != nil {
		log.Warnf("Error making dapr call: %v", err)
	}
	c.retCodes[status.Code(err).String()]++
}

func (c *requestClient) addTo(total *counts) {
	for code, count := range c.retCodes {
		total.retCodes[code] += count
	}
}

func (c *requestClient) close() extraConnections { return c.disconnect() }
