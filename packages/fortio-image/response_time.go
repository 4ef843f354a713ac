package main

import (
	"time"

	"fortio.org/fortio/periodic"
	"fortio.org/fortio/stats"
)

// tolerated is how long after a request was due its connection may be busy, so that it is not late; fortio's own count
// uses the same.
const tolerated = time.Millisecond

// call is one request: when it was sent, and how long it took.
type call struct {
	sent time.Time
	took time.Duration
}

// lateSends says how many requests had to wait for their connection for more than 1 ms after they were due, and how long
// the last of them waited. As in fortio's own count, how late this program itself wakes up is left out.
type lateSends struct {
	Count        int64
	WorstSeconds float64
}

// add counts a request whose connection was busy for so long after it was due.
func (l *lateSends) add(busy time.Duration) {
	if busy > tolerated {
		l.Count++
	}
	l.WorstSeconds = max(l.WorstSeconds, busy.Seconds())
}

// fromDue times the calls of each thread from the moment they were due. A connection sends its next request only after the
// response to the last one, so a request can be sent late, and fortio's own times, from sending, leave that wait out.
func fromDue(run periodic.RunnerResults, options *periodic.RunnerOptions, threads [][]call) (*stats.HistogramData, lateSends) {
	histogram := stats.NewHistogram(0, options.Resolution)
	var late lateSends
	due := fortioSchedule(run, options)
	for thread, calls := range threads {
		for i, call := range calls {
			dueAt := run.StartTime.Add(due(thread, i))
			// With jitter a request may be sent before it is due.
			histogram.Record((max(0, call.sent.Sub(dueAt)) + call.took).Seconds())
			if i == 0 {
				continue
			}
			late.add(calls[i-1].sent.Add(calls[i-1].took).Sub(dueAt))
		}
	}
	return histogram.Export().CalcPercentiles(options.Percentiles), late
}

// fortioSchedule returns when a thread's i-th call is due after the start: runOne of fortio.org/fortio/periodic, which stretches
// the pauses a little, so that the last call is sent at the end of the duration.
func fortioSchedule(run periodic.RunnerResults, options *periodic.RunnerOptions) func(thread, i int) time.Duration {
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
