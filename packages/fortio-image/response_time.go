package main

import (
	"time"

	"fortio.org/fortio/periodic"
	"fortio.org/fortio/stats"
)

// behind is how late a request has to be sent to count as late; fortio's own count uses the same.
const behind = time.Millisecond

// call is one request: when it was sent, and how long it took.
type call struct {
	sent time.Time
	took time.Duration
}

// lateSends says how many requests were sent more than 1 ms after they were due, and how late the latest one was.
type lateSends struct {
	Count        int64
	WorstSeconds float64
}

// fromDue times the calls of each thread from the moment they were due. A connection sends its next request only after the
// response to the last one, so a request can be sent late, and fortio's own times, from sending, leave that wait out.
func fromDue(run periodic.RunnerResults, options *periodic.RunnerOptions, threads [][]call) (*stats.HistogramData, lateSends) {
	histogram := stats.NewHistogram(0, options.Resolution)
	var late lateSends
	due := schedule(run, options)
	for thread, calls := range threads {
		for i, call := range calls {
			// With jitter a request may be sent before it is due.
			wait := max(0, call.sent.Sub(run.StartTime)-due(thread, i))
			if wait > behind {
				late.Count++
			}
			late.WorstSeconds = max(late.WorstSeconds, wait.Seconds())
			histogram.Record((wait + call.took).Seconds())
		}
	}
	return histogram.Export().CalcPercentiles(options.Percentiles), late
}

// schedule returns when a thread's i-th call is due after the start: runOne of fortio.org/fortio/periodic, which stretches
// the pauses a little, so that the last call is sent at the end of the duration.
func schedule(run periodic.RunnerResults, options *periodic.RunnerOptions) func(thread, i int) time.Duration {
	threads := int64(run.NumThreads)
	calls := int64(options.QPS * options.Duration.Seconds())
	if options.Exactly > 0 {
		calls = options.Exactly
	}
	calls = max(calls, 2) / threads
	return func(thread, i int) time.Duration {
		own := calls
		if thread == 0 && options.Exactly > 0 {
			own += options.Exactly - calls*threads
		}
		position := float64(i)
		if options.Duration > 0 && own > 1 {
			position += float64(i) / float64(own-1)
		}
		return time.Duration(position * float64(threads) / options.QPS * float64(time.Second))
	}
}
