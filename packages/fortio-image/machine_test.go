//go:build !slow

package main

import (
	"testing"
	"time"
)

func TestBusyTimeIsAllButIdleWaitingAndStolenTime(t *testing.T) {
	//                 user nice system idle iowait irq softirq steal guest guest_nice
	const stat = "cpu  100 200 300 4000 500 60 70 80 9 9\ncpu0 50 100 150 2000 250 30 35 40 4 4\ncpu1 50 100 150 2000 250 30 35 40 5 5\nintr 1 2 3\nctxt 5\n"
	times, known := parseProcessorTimes(stat)
	if !known || times.cores != 2 || times.busy != 7.3 || times.steal != 0.8 {
		t.Errorf("%+v, known %v", times, known)
	}
}

func TestAMachineIsNeverBusierThanItsProcessors(t *testing.T) {
	before := processorTimes{cores: 2, busy: 10, at: time.Unix(0, 0)}
	after := processorTimes{cores: 2, busy: 12.01, at: time.Unix(1, 0)}
	if use := before.until(after); use.BusySeconds != 2 {
		t.Errorf("busy for %v s", use.BusySeconds)
	}
}

func TestProcessorTimesThatCanNotBeReadAreUnknown(t *testing.T) {
	for _, stat := range []string{"", "cpu 1 2 3\n", "cpu  a b c d e f g h\ncpu0 1 2 3 4 5 6 7 8\n", "intr 1\n"} {
		if times, known := parseProcessorTimes(stat); known {
			t.Errorf("%q is %+v", stat, times)
		}
	}
}
