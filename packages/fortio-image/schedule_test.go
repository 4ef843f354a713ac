//go:build !slow

package main

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

func order(variants, slices int) string {
	var text strings.Builder
	for slice := range slices {
		text.WriteByte("ABC"[variantOf(slice, variants)])
	}
	return text.String()
}

func TestVariantsTakeTurnsForwardAndBack(t *testing.T) {
	if got := order(2, 10); got != "ABBAABBAAB" {
		t.Errorf("two take turns as %s", got)
	}
	if got := order(3, 8); got != "ABCCBAAB" {
		t.Errorf("three take turns as %s", got)
	}
}

func TestALoadHasRateTimesItsTimeRequestsHoweverManyConnectionsShareThem(t *testing.T) {
	for _, kind := range arrivalKinds {
		s := newSchedule(kind, 1, 1, 16, 50, 2020*time.Millisecond)
		due := all(s, 0)
		if len(due) != 101 || s.requestsOfEach() != 101 || s.duration() != 2020*time.Millisecond {
			t.Errorf("%s: %d requests are due in %v", kind, len(due), s.duration())
		}
		if !slices.IsSorted(due) || due[0] < 0 || due[100] >= s.duration() {
			t.Errorf("%s: they are due from %v to %v", kind, due[0], due[100])
		}
	}
}

func TestUniformRequestsAreEvenlySpacedAndThoseOfABurstAreDueAtOnce(t *testing.T) {
	even := all(newSchedule(uniform, 1, 1, 4, 100, time.Second), 0)
	if even[1] != 10*time.Millisecond || even[99] != 990*time.Millisecond {
		t.Errorf("evenly spaced ones are due after %v and %v", even[1], even[99])
	}
	burst := all(newSchedule(bursts, 1, 1, 4, 100, 100*time.Millisecond), 0)
	ms := time.Millisecond
	if expected := []time.Duration{0, 0, 0, 0, 40 * ms, 40 * ms, 40 * ms, 40 * ms, 80 * ms, 80 * ms}; !slices.Equal(burst, expected) {
		t.Errorf("bursts are due after %v", burst)
	}
}

func TestRandomMomentsAreThoseOfAPoissonProcess(t *testing.T) {
	const requests = 100_000
	due := all(newSchedule(poisson, 1, 1, 4, 1000, requests*time.Millisecond), 0)
	gaps := make([]float64, 0, requests)
	for i := 1; i < len(due); i++ {
		gaps = append(gaps, (due[i]-due[i-1]).Seconds()*1000)
	}
	slices.Sort(gaps)
	for _, share := range []float64{0.1, 0.25, 0.5, 0.75, 0.9, 0.99} {
		exponential := -math.Log(1 - share)
		if got := gaps[int(share*float64(len(gaps)))]; math.Abs(got/exponential-1) > 0.05 {
			t.Errorf("the gap at %v of all is %.4f of the mean, that of an exponential distribution %.4f", share, got, exponential)
		}
	}
	if middle := due[requests/2].Seconds(); math.Abs(middle-requests/2000) > 1 {
		t.Errorf("half of them are due after %v s of %v", middle, requests/1000)
	}
}

func TestTheSameSeedDrawsTheSameMomentsAndAnotherOneOthers(t *testing.T) {
	of := func(seed uint64) []time.Duration { return all(newSchedule(poisson, seed, 1, 4, 100, time.Second), 0) }
	if !slices.Equal(of(7), of(7)) || slices.Equal(of(7), of(8)) {
		t.Error("seeds do not decide the moments")
	}
}

func TestAllVariantsHaveEquallyManyRequestsInWholeCycles(t *testing.T) {
	for _, kind := range arrivalKinds {
		s := newSchedule(kind, 1, 2, 16, 1000, 3*time.Second)
		if s.slices != 188 || s.sliceTime() != 16*time.Millisecond || s.duration() != 3008*time.Millisecond {
			t.Errorf("%s: %d slices of %v, together %v", kind, s.slices, s.sliceTime(), s.duration())
		}
		if a, b := len(all(s, 0)), len(all(s, 1)); a != 1504 || b != 1504 || s.requestsOfEach() != 1504 {
			t.Errorf("%s: %d and %d requests", kind, a, b)
		}
	}
}

func TestAtALowRateALoadLastsTenCycles(t *testing.T) {
	if s := newSchedule(bursts, 1, 2, 16, 16, 3*time.Second); s.slices != 40 || s.sliceTime() != time.Second {
		t.Errorf("%d slices of %v", s.slices, s.sliceTime())
	}
}

func TestThePairedSlicesOfTwoVariantsHaveTheSameGaps(t *testing.T) {
	s := newSchedule(poisson, 1, 2, 8, 100, 4*time.Second)
	a, b := all(s, 0), all(s, 1)
	for pair := range s.slices / 2 {
		sliceOfA, sliceOfB := 2*pair, 2*pair+1
		if s.variant(sliceOfA) != 0 {
			sliceOfA, sliceOfB = sliceOfB, sliceOfA
		}
		startA, startB := time.Duration(sliceOfA)*s.sliceTime(), time.Duration(sliceOfB)*s.sliceTime()
		for request := range 8 {
			ofA, ofB := a[8*pair+request]-startA, b[8*pair+request]-startB
			if (ofA-ofB).Abs() > time.Microsecond || ofA < 0 || ofA >= s.sliceTime() {
				t.Fatalf("request %d of pair %d is due %v into the slice of A, %v into that of B", request, pair, ofA, ofB)
			}
		}
	}
}

func TestDrawingMomentsAndKeepingTimesAllocatesNothing(t *testing.T) {
	s := newSchedule(poisson, 1, 2, 16, 1_000_000, 10*time.Second)
	v := &loaded{serviceTime: newHistogram(), responseTime: newHistogram(), generatorDelay: newHistogram(), moments: s.momentsOf(1)}
	if allocations := testing.AllocsPerRun(1000, func() {
		due, _ := v.take()
		v.record(due, due, due, due+time.Millisecond, time.Hour)
	}); allocations > 0 {
		t.Errorf("%v allocations for each request", allocations)
	}
}
