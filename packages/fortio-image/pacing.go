package main

import (
	"context"
	"time"

	"fortio.org/fortio/periodic"
	"fortio.org/fortio/stats"
)

// sliceWithoutRate is how long a slice is where there is no target rate, and so no tick.
const sliceWithoutRate = 100 * time.Millisecond

// cyclesAtLeast is how many times a mixed load gives all variants their turn, at least.
const cyclesAtLeast = 10

// pacing says when which variant gets requests: in slices, each of which is one variant's alone. With a target rate a slice
// is a tick, in which each connection sends one request.
type pacing struct {
	start    time.Time
	variants int
	threads  int
	// slice is its length.
	slice time.Duration
	// slices is their number: whole cycles.
	slices int
	// spread has the requests of a tick sent evenly over it, and not all at once.
	spread bool
	// hasRate is whether there is a target rate; without one, each connection sends its next request after the last response.
	hasRate bool
}

// newPacing plans slices for a duration at least, in whole cycles: a cycle is every variant once, and once in reverse order,
// so that what drifts evenly affects all of them alike.
func newPacing(variants, threads int, qps float64, duration time.Duration, spread bool) pacing {
	p := pacing{variants: variants, threads: threads, slice: sliceWithoutRate, spread: spread, hasRate: qps > 0}
	if p.hasRate {
		p.slice = time.Duration(float64(threads) / qps * float64(time.Second))
	}
	cycle := 2 * variants
	cycles := max(cyclesAtLeast, int((duration+p.slice*time.Duration(cycle)-1)/(p.slice*time.Duration(cycle))))
	p.slices = cycle * cycles
	return p
}

// variant is the one that a slice belongs to: A B B A A B B A …
func (p *pacing) variant(slice int) int {
	position := slice % (2 * p.variants)
	if position < p.variants {
		return position
	}
	return 2*p.variants - 1 - position
}

// due is when a thread's request of a tick is due.
func (p *pacing) due(thread, tick int) time.Time {
	after := p.slice * time.Duration(tick)
	if p.spread {
		after += p.slice * time.Duration(thread) / time.Duration(p.threads)
	}
	return p.start.Add(after)
}

// sender makes the requests of one connection to one variant, and times them.
type sender struct {
	client periodic.Runnable
	// serviceTime is from sending, responseTime from when the request was due; without a target rate nothing is due.
	serviceTime, responseTime *stats.Histogram
	late                      lateSends
}

func newSender(client periodic.Runnable, resolution float64) *sender {
	return &sender{
		client:       client,
		serviceTime:  stats.NewHistogram(0, resolution),
		responseTime: stats.NewHistogram(0, resolution),
	}
}

// send makes a request, and returns when it had its response.
func (s *sender) send(thread int) time.Time {
	sent := time.Now()
	s.client.Run(thread)
	ended := time.Now()
	s.serviceTime.Record(ended.Sub(sent).Seconds())
	return ended
}

// sendTicks sends a thread's requests, one a tick, when they are due or as soon as its last one has ended. It allocates
// nothing, and stops early when the context ends.
func (p *pacing) sendTicks(ctx context.Context, thread int, senders []*sender) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	<-timer.C
	var free time.Time
	for tick := range p.slices {
		due := p.due(thread, tick)
		if pause := time.Until(due); pause > 0 {
			timer.Reset(pause)
			select {
			case <-ctx.Done():
				return
			case <-timer.C:
			}
		} else if ctx.Err() != nil {
			return
		}
		s := senders[p.variant(tick)]
		if tick > 0 {
			s.late.add(free.Sub(due))
		}
		free = s.send(thread)
		s.responseTime.Record(free.Sub(due).Seconds())
	}
}

// sendSlices sends a thread's requests one after the other, each to the variant whose slice it is.
func (p *pacing) sendSlices(ctx context.Context, thread int, senders []*sender) {
	now := time.Now()
	for {
		slice := int(now.Sub(p.start) / p.slice)
		if slice >= p.slices || ctx.Err() != nil {
			return
		}
		now = senders[p.variant(slice)].send(thread)
	}
}
