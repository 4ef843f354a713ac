package main

import (
	"sync"
	"time"

	"fortio.org/fortio/periodic"
	"fortio.org/fortio/stats"
)

// tolerated is how long after a request was due its connection may be busy, so that it is not late; fortio's own count
// uses the same.
const tolerated = time.Millisecond

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

// responseTimes are those of all calls of a load with a target rate, from the moment that each was due, counted as the calls
// end: they need the same memory for any number of them. A connection sends its next request only after the response to the
// last one, so a request can be sent late, and fortio's own times, from sending, leave that wait out.
type responseTimes struct {
	options *periodic.RunnerOptions
	begun   sync.Once
	// start is when the first request was sent.
	start time.Time
	due   func(thread, i int) time.Duration

	mutex     sync.Mutex
	histogram *histogram
	late      lateSends
}

func newResponseTimes(options *periodic.RunnerOptions) *responseTimes {
	return &responseTimes{options: options, histogram: newHistogram()}
}

// begin is called whenever a request is sent. Only at the first one fortio has settled how many threads it uses.
func (r *responseTimes) begin(sent time.Time) {
	r.begun.Do(func() { r.start, r.due = sent, fortioSchedule(r.options) })
}

// record keeps the times of a thread's i-th call: since when its connection was free, when it was sent and when it ended.
func (r *responseTimes) record(thread, i int, free, sent, ended time.Time) {
	dueAt := r.start.Add(r.due(thread, i))
	r.mutex.Lock()
	defer r.mutex.Unlock()
	took := ended.Sub(dueAt)
	if r.options.Jitter { // then a request may be sent before it is due
		took = max(took, ended.Sub(sent))
	}
	r.histogram.record(max(0, took))
	if i > 0 {
		r.late.add(free.Sub(dueAt))
	}
}

// export has the times from the moments that requests were due: fortio counts them from its start, which it tells only after
// the load, and which is a little before the first request.
func (r *responseTimes) export(start time.Time) (*stats.HistogramData, *lateSends) {
	data, late := r.histogram.export(nil), r.late
	if data.Count == 0 {
		return data, &late
	}
	by := r.start.Sub(start).Seconds()
	if late.WorstSeconds > 0 {
		late.WorstSeconds += by
	}
	return later(data, by).CalcPercentiles(r.options.Percentiles), &late
}

// later has all times of a histogram by some seconds longer.
func later(data *stats.HistogramData, by float64) *stats.HistogramData {
	data.Min += by
	data.Max += by
	data.Avg += by
	data.Sum += by * float64(data.Count)
	for i := range data.Data {
		data.Data[i].Start += by
		data.Data[i].End += by
	}
	return data
}

// fortioSchedule returns when a thread's i-th call is due after the start: runOne of fortio.org/fortio/periodic, which stretches
// the pauses a little, so that the last call is sent at the end of the duration.
func fortioSchedule(options *periodic.RunnerOptions) func(thread, i int) time.Duration {
	threads := int64(options.NumThreads)
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
