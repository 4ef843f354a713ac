//go:build !slow

package main

import (
	"context"
	"math"
	"testing"
	"time"

	"fortio.org/fortio/periodic"
	"fortio.org/fortio/stats"
)

var start = time.Now()

// options100 are those of a load of 100 requests per second for 1 s over 2 connections: each sends 50, one every 20.4 ms.
func options100() *periodic.RunnerOptions {
	return &periodic.RunnerOptions{QPS: 100, Duration: time.Second, NumThreads: 2, Percentiles: []float64{50}}
}

// call is one request: when it was sent after the start, and how long it took.
type call struct{ sent, took time.Duration }

// responseTimesOf counts the calls of each thread of a load of 100 requests per second, whose first one is sent at the start.
func responseTimesOf(threads ...[]call) (*stats.HistogramData, *lateSends) {
	times := newResponseTimes(options100())
	times.begin(start)
	for thread, calls := range threads {
		var free time.Time
		for i, one := range calls {
			sent := start.Add(one.sent)
			times.begin(sent)
			times.record(thread, i, free, sent, sent.Add(one.took))
			free = sent.Add(one.took)
		}
	}
	return times.export(start)
}

func TestCallsAreDueEvenlyFromTheStartToTheEndOfTheDuration(t *testing.T) {
	due := fortioSchedule(options100())
	if first, last := due(0, 0), due(1, 49); first != 0 || last.Round(time.Microsecond) != time.Second {
		t.Errorf("the first is due after %v, the last after %v", first, last)
	}
	if second, third := due(0, 1), due(0, 2); third != 2*second {
		t.Errorf("the second is due after %v, the third after %v", second, third)
	}
}

func TestAnExactNumberOfCallsGivesItsRemainderToTheFirstThread(t *testing.T) {
	options := options100()
	options.Exactly, options.Duration = 101, -1 // without a duration
	due := fortioSchedule(options)
	if fifth := due(0, 5); fifth != 100*time.Millisecond {
		t.Errorf("without a duration the fifth call after the first is due after %v", fifth)
	}
	options.Duration = time.Second
	due = fortioSchedule(options)
	first, second := due(0, 50), due(1, 49)
	if first.Round(time.Microsecond) != 1020*time.Millisecond || second.Round(time.Microsecond) != time.Second {
		t.Errorf("the last calls are due after %v and %v", first, second)
	}
}

func TestALateCallIsTimedFromWhenItWasDue(t *testing.T) {
	due := fortioSchedule(options100())
	histogram, late := responseTimesOf(
		[]call{{0, 500 * time.Millisecond}, {500 * time.Millisecond, time.Millisecond}}, // waited for the first
		[]call{{0, time.Millisecond}, {due(1, 1), time.Millisecond}},                    // sent in time
	)
	if late.Count != 1 || late.WorstSeconds != (500*time.Millisecond-due(0, 1)).Seconds() {
		t.Errorf("%d are late, by up to %v s", late.Count, late.WorstSeconds)
	}
	second := (501*time.Millisecond - due(0, 1)).Seconds()
	sum := 0.5 + second + 0.001 + 0.001
	if histogram.Count != 4 || histogram.Max != 0.5 || histogram.Min != 0.001 || histogram.Avg < sum/4-1e-6 || histogram.Avg > sum/4+1e-6 {
		t.Errorf("%d calls, min %v, max %v, average %v instead of %v", histogram.Count, histogram.Min, histogram.Max, histogram.Avg, sum/4)
	}
}

func TestACallThatWaitsForItsConnectionLessThanAMillisecondIsNotCounted(t *testing.T) {
	second := fortioSchedule(options100())(0, 1)
	busy := second + 900*time.Microsecond
	_, late := responseTimesOf([]call{{0, busy}, {busy, time.Millisecond}})
	if late.Count != 0 || late.WorstSeconds != 0.0009 {
		t.Errorf("%d are late, by up to %v s", late.Count, late.WorstSeconds)
	}
}

func TestACallThatThisProgramSendsLateOnAFreeConnectionIsNotCountedButTimedFromWhenItWasDue(t *testing.T) {
	overslept := fortioSchedule(options100())(0, 1) + 30*time.Millisecond
	histogram, late := responseTimesOf([]call{{0, time.Millisecond}, {overslept, time.Millisecond}})
	if late.Count != 0 || late.WorstSeconds != 0 || histogram.Max != 0.031 {
		t.Errorf("%d are late, by up to %v s; the longest takes %v s", late.Count, late.WorstSeconds, histogram.Max)
	}
}

func TestACallThatJitterSendsEarlyTakesNoLessThanItTook(t *testing.T) {
	options := options100()
	options.Jitter = true
	times := newResponseTimes(options)
	times.begin(start)
	early := start.Add(15 * time.Millisecond)
	times.record(0, 1, start, early, early.Add(2*time.Millisecond))
	histogram, late := times.export(start)
	if late.WorstSeconds != 0 || histogram.Max != 0.002 {
		t.Errorf("late by %v s, max %v s", late.WorstSeconds, histogram.Max)
	}
}

func TestACallIsTimedExactlyHoweverSoonItIsSentAfterFortiosStart(t *testing.T) {
	times := newResponseTimes(options100())
	times.begin(start) // a millisecond after fortio's start
	soon := start.Add(times.due(0, 1) - 900*time.Microsecond)
	times.record(0, 1, start, soon, soon.Add(2*time.Millisecond))
	histogram, _ := times.export(start.Add(-time.Millisecond))
	if math.Abs(histogram.Max-0.0021) > 1e-5 {
		t.Errorf("max %v s", histogram.Max)
	}
}

func TestTimesAreFromFortiosStartWhichIsBeforeTheFirstRequest(t *testing.T) {
	times := newResponseTimes(options100())
	times.begin(start)
	for i, took := range []time.Duration{1, 2, 3, 4} {
		sent := start.Add(times.due(0, i))
		times.record(0, i, start, sent, sent.Add(took*time.Millisecond))
	}
	times.late.add(2 * time.Millisecond)
	data, late := times.export(start.Add(-time.Millisecond))
	first, last := data.Data[0], data.Data[len(data.Data)-1]
	for name, off := range map[string]float64{
		"min": data.Min - 0.002, "max": data.Max - 0.005, "average": data.Avg - 0.0035, "sum": data.Sum - 0.014,
		"the latest":   late.WorstSeconds - 0.003,
		"first bucket": first.Start - 0.002, "last bucket": last.End - 0.005, "p50": (data.Percentiles[0].Value - 0.003) / 10,
	} {
		if math.Abs(off) > 1e-5 {
			t.Errorf("%s is off by %v s: %+v", name, off, data)
		}
	}
}

func TestALoadWithoutACallHasNoResponseTimes(t *testing.T) {
	data, late := newResponseTimes(options100()).export(start)
	if data.Count != 0 || len(data.Data) != 0 || data.Max != 0 || *late != (lateSends{}) {
		t.Errorf("%+v, %+v", data, late)
	}
}

func TestCallsOfALoadWithATargetRateNeedNoMemoryEach(t *testing.T) {
	client := rateClient()
	if kept := testing.AllocsPerRun(10_000, func() { client.Run(0) }); kept != 0 {
		t.Errorf("a call allocates %v times", kept)
	}
}

func BenchmarkACallOfALoadWithATargetRate(b *testing.B) {
	client := rateClient()
	b.ReportAllocs()
	for b.Loop() {
		client.Run(0)
	}
}

// rateClient calls nothing.
func rateClient() *periodicClient {
	nothing := func(context.Context) error { return nil }
	return &periodicClient{request: nothing, retCodes: map[string]int64{}, responseTimes: newResponseTimes(options100())}
}
