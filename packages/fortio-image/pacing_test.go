//go:build !slow

package main

import (
	"strings"
	"testing"
	"time"
)

func order(p pacing, slices int) string {
	var text strings.Builder
	for slice := range slices {
		text.WriteByte("ABC"[p.variant(slice)])
	}
	return text.String()
}

func TestVariantsTakeTurnsForwardAndBack(t *testing.T) {
	if got := order(newPacing(2, 4, 100, time.Second, false), 10); got != "ABBAABBAAB" {
		t.Errorf("two take turns as %s", got)
	}
	if got := order(newPacing(3, 4, 100, time.Second, false), 8); got != "ABCCBAAB" {
		t.Errorf("three take turns as %s", got)
	}
}

func TestALoadLastsItsDurationAndEndsWithAWholeCycle(t *testing.T) {
	p := newPacing(2, 16, 1000, 3*time.Second, false)
	if p.slice != 16*time.Millisecond || p.slices != 188 {
		t.Errorf("%d ticks of %v", p.slices, p.slice)
	}
}

func TestAtALowRateALoadLastsTenCycles(t *testing.T) {
	p := newPacing(2, 16, 16, 3*time.Second, false)
	if p.slice != time.Second || p.slices != 40 {
		t.Errorf("%d ticks of %v", p.slices, p.slice)
	}
}

func TestWithoutATargetRateSlicesLast100Milliseconds(t *testing.T) {
	p := newPacing(2, 16, -1, 4*time.Second, false)
	if p.slice != 100*time.Millisecond || p.slices != 40 {
		t.Errorf("%d slices of %v", p.slices, p.slice)
	}
}

func TestTheRequestsOfATickAreDueAtOnceOrEvenlyOverIt(t *testing.T) {
	for _, spread := range []bool{false, true} {
		p := newPacing(2, 4, 100, time.Second, spread)
		p.start = start
		second, last := p.due(0, 1).Sub(start), p.due(3, 1).Sub(start)
		if second != 40*time.Millisecond {
			t.Errorf("spread %v: the second request of the first connection is due after %v", spread, second)
		}
		if expected := map[bool]time.Duration{false: 40 * time.Millisecond, true: 70 * time.Millisecond}[spread]; last != expected {
			t.Errorf("spread %v: that of the last connection is due after %v", spread, last)
		}
	}
}

// nothing is a request that takes no time.
type nothing struct{}

func (nothing) Run(int) {}

func TestPacingAndTimingAllocateNothingPerRequest(t *testing.T) {
	senders := []*sender{newSender(nothing{}, 0.001), newSender(nothing{}, 0.001)}
	allocationsOf := func(duration time.Duration) float64 {
		return testing.AllocsPerRun(1, func() {
			p := newPacing(2, 1, 100_000, duration, false)
			p.start = time.Now()
			p.sendTicks(t.Context(), 0, senders)
		})
	}
	few, many := allocationsOf(10*time.Millisecond), allocationsOf(100*time.Millisecond)
	if many > few {
		t.Errorf("1,000 requests allocate %v times, 10,000 %v times", few, many)
	}
}
