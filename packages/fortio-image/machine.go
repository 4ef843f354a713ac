package main

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ticksPerSecond is the unit of /proc/stat, which is 100 on all of Linux' platforms that Go has (USER_HZ, proc(5)).
const ticksPerSecond = 100

// machineUse is what the processors of this machine did in the time of a load, for all of its processes together.
type machineUse struct {
	Cores       int
	Seconds     float64
	BusySeconds float64
	// GeneratorSeconds is what of it this process used.
	GeneratorSeconds float64
	// StealSeconds is what the hypervisor gave to others.
	StealSeconds float64
}

// processorTimes are those since the machine, and this process, were started.
type processorTimes struct {
	cores                  int
	busy, steal, generator float64
	at                     time.Time
}

// readProcessorTimes returns false on systems other than Linux.
func readProcessorTimes() (processorTimes, bool) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return processorTimes{}, false
	}
	now := time.Now()
	times, known := parseProcessorTimes(string(text))
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		return processorTimes{}, false
	}
	times.at = now
	times.generator = time.Duration(own.Utime.Nano() + own.Stime.Nano()).Seconds()
	return times, known
}

// parseProcessorTimes reads /proc/stat (proc(5)): user, nice, system, idle, iowait, irq, softirq and steal; guests are part of
// user and nice.
func parseProcessorTimes(text string) (processorTimes, bool) {
	var times processorTimes
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 9 || !strings.HasPrefix(fields[0], "cpu") {
			continue
		}
		if fields[0] != "cpu" {
			times.cores++
			continue
		}
		for i, field := range fields[1:9] {
			ticks, err := strconv.ParseFloat(field, 64)
			if err != nil {
				return times, false
			}
			switch i {
			case 3, 4: // idle, iowait
			case 7:
				times.steal = ticks / ticksPerSecond
			default:
				times.busy += ticks / ticksPerSecond
			}
		}
	}
	return times, times.cores > 0
}

func (before processorTimes) until(after processorTimes) *machineUse {
	seconds := after.at.Sub(before.at).Seconds()
	return &machineUse{
		Cores:   after.cores,
		Seconds: seconds,
		// Whole ticks may add up to a little more than there was.
		BusySeconds:      min(after.busy-before.busy, seconds*float64(after.cores)),
		GeneratorSeconds: after.generator - before.generator,
		StealSeconds:     after.steal - before.steal,
	}
}
