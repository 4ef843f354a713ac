package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// The values of -arrivals.
const (
	uniform = "uniform"
	poisson = "poisson"
	bursts  = "bursts"
)

var arrivalKinds = []string{uniform, poisson, bursts}

func checkArrivals(kind string) error {
	if slices.Contains(arrivalKinds, kind) {
		return nil
	}
	return fmt.Errorf("-arrivals %s: expected one of %s", kind, strings.Join(arrivalKinds, ", "))
}

// cyclesAtLeast is how many times a load of several variants gives each of them its turn, at least.
const cyclesAtLeast = 10

// schedule says which variant's request is due when. The load is split into slices, each of which is one variant's alone
// and has as many requests as any other; a load of one variant is a single slice.
type schedule struct {
	arrivals string
	// rate is that of all variants together, in requests per second.
	rate     float64
	variants int
	// slices is their number: whole cycles.
	slices int
	// sliceRequests is how many requests are due in a slice.
	sliceRequests int
	// burst is how many requests are due at one instant, with bursts.
	burst int
	seed  uint64
}

// newSchedule plans rate × duration requests, rounded, for several variants up to whole cycles: a cycle is every variant
// once, and once in reverse order, so that what drifts evenly affects all of them alike.
func newSchedule(arrivals string, seed uint64, variants, connections int, rate float64, duration time.Duration) schedule {
	requests := int(math.Round(rate * duration.Seconds()))
	s := schedule{arrivals: arrivals, rate: rate, variants: variants, burst: connections, seed: seed}
	if variants == 1 {
		s.slices, s.sliceRequests = 1, max(1, requests)
		return s
	}
	cycle := 2 * variants * connections
	cycles := max(cyclesAtLeast, (requests+cycle-1)/cycle)
	s.slices, s.sliceRequests = 2*variants*cycles, connections
	return s
}

// after is how long a number of requests takes at the rate.
func (s *schedule) after(requests float64) time.Duration {
	return time.Duration(requests / s.rate * float64(time.Second))
}

// sliceTime is how long a slice lasts.
func (s *schedule) sliceTime() time.Duration { return s.after(float64(s.sliceRequests)) }

// duration is how long the load lasts.
func (s *schedule) duration() time.Duration {
	return s.after(float64(s.slices) * float64(s.sliceRequests))
}

// requestsOfEach is how many requests are due for each variant.
func (s *schedule) requestsOfEach() int64 {
	return int64(s.slices / s.variants * s.sliceRequests)
}

// variant is the one that a slice belongs to.
func (s *schedule) variant(slice int) int { return variantOf(slice, s.variants) }

// variantOf is the variant that a slice belongs to: A B B A A B B A …
func variantOf(slice, variants int) int {
	position := slice % (2 * variants)
	if position < variants {
		return position
	}
	return 2*variants - 1 - position
}

// moments are those at which a variant's requests are due, one after the other.
type moments struct {
	*schedule
	of      int
	slice   int
	request int
	random  sortedRandom
}

func (s *schedule) momentsOf(variant int) *moments {
	m := &moments{schedule: s, of: variant}
	m.begin(0)
	return m
}

// begin goes on with the variant's next slice. All slices of half a cycle have the same gaps.
func (m *moments) begin(slice int) {
	for slice < m.slices && m.variant(slice) != m.of {
		slice++
	}
	m.slice, m.request = slice, 0
	m.random.begin(m.seed, uint64(slice/m.variants), m.sliceRequests)
}

// next is when the next request is due after the start of the load; false after the last one.
func (m *moments) next() (time.Duration, bool) {
	if m.slice >= m.slices {
		return 0, false
	}
	due := m.after(float64(m.slice)*float64(m.sliceRequests) + m.offset())
	if m.request++; m.request == m.sliceRequests {
		m.begin(m.slice + 1)
	}
	return due, true
}

// offset is when the next request of the slice is due within it, as a number of requests at the rate.
func (m *moments) offset() float64 {
	switch m.arrivals {
	case poisson:
		return m.random.next() * float64(m.sliceRequests)
	case bursts:
		return float64(m.request - m.request%m.burst)
	default:
		return float64(m.request)
	}
}

// sortedRandom draws uniform random numbers between 0 and 1 in ascending order, without keeping them (Bentley and Saxe,
// Generating Sorted Lists of Random Numbers, ACM Transactions on Mathematical Software 6, 1980): the share of what is above
// the last one that the smallest of k remaining numbers leaves above itself is the k-th root of a uniform one.
type sortedRandom struct {
	source    rand.PCG
	remaining int
	logAbove  float64
}

func (r *sortedRandom) begin(seed, sequence uint64, count int) {
	r.source.Seed(seed, sequence)
	r.remaining, r.logAbove = count, 0
}

func (r *sortedRandom) next() float64 {
	positive := float64(r.source.Uint64()>>11+1) / (1 << 53)
	r.logAbove += math.Log(positive) / float64(r.remaining)
	r.remaining--
	return -math.Expm1(r.logAbove)
}
