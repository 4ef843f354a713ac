//go:build !slow

package main

import (
	"testing"
	"time"

	"fortio.org/fortio/periodic"
)

var start = time.Now()

// load100 is a load of 100 requests per second for 1 s over 2 connections: each sends 50, one every 20.4 ms.
var load100 = periodic.RunnerResults{StartTime: start, NumThreads: 2}

func options100() *periodic.RunnerOptions {
	return &periodic.RunnerOptions{QPS: 100, Duration: time.Second, Resolution: 0.0001, Percentiles: []float64{50}}
}

// sentAfter is a call that was sent a while after the start.
func sentAfter(sent, took time.Duration) call {
	return call{start.Add(sent), took}
}

func TestCallsAreDueEvenlyFromTheStartToTheEndOfTheDuration(t *testing.T) {
	due := fortioSchedule(load100, options100())
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
	due := fortioSchedule(load100, options)
	if fifth := due(0, 5); fifth != 100*time.Millisecond {
		t.Errorf("without a duration the fifth call after the first is due after %v", fifth)
	}
	options.Duration = time.Second
	due = fortioSchedule(load100, options)
	first, second := due(0, 50), due(1, 49)
	if first.Round(time.Microsecond) != 1020*time.Millisecond || second.Round(time.Microsecond) != time.Second {
		t.Errorf("the last calls are due after %v and %v", first, second)
	}
}

func TestALateCallIsTimedFromWhenItWasDue(t *testing.T) {
	due := fortioSchedule(load100, options100())
	histogram, late := fromDue(load100, options100(), [][]call{
		{sentAfter(0, 500*time.Millisecond), sentAfter(500*time.Millisecond, time.Millisecond)}, // waited for the first
		{sentAfter(0, time.Millisecond), sentAfter(due(1, 1), time.Millisecond)},                // sent in time
	})
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
	second := fortioSchedule(load100, options100())(0, 1)
	busy := second + 900*time.Microsecond
	_, late := fromDue(load100, options100(), [][]call{{sentAfter(0, busy), sentAfter(busy, time.Millisecond)}})
	if late.Count != 0 || late.WorstSeconds != 0.0009 {
		t.Errorf("%d are late, by up to %v s", late.Count, late.WorstSeconds)
	}
}

func TestACallThatThisProgramSendsLateOnAFreeConnectionIsNotCountedButTimedFromWhenItWasDue(t *testing.T) {
	overslept := fortioSchedule(load100, options100())(0, 1) + 30*time.Millisecond
	histogram, late := fromDue(load100, options100(), [][]call{{sentAfter(0, time.Millisecond), sentAfter(overslept, time.Millisecond)}})
	if late.Count != 0 || late.WorstSeconds != 0 || histogram.Max != 0.031 {
		t.Errorf("%d are late, by up to %v s; the longest takes %v s", late.Count, late.WorstSeconds, histogram.Max)
	}
}

func TestACallThatJitterSendsEarlyTakesNoLessThanItTook(t *testing.T) {
	histogram, late := fromDue(load100, options100(), [][]call{{sentAfter(0, time.Millisecond), sentAfter(15*time.Millisecond, 2*time.Millisecond)}})
	if late.WorstSeconds != 0 || histogram.Max != 0.002 {
		t.Errorf("late by %v s, max %v s", late.WorstSeconds, histogram.Max)
	}
}
