//go:build !slow

package main

import (
	"math"
	"testing"
	"time"
)

func TestBucketsOfAnyTimeAreAtMostOnePercentWide(t *testing.T) {
	for took := time.Duration(1); took < longest/2; took = took*11/10 + 1 {
		h := newHistogram()
		h.record(took - 1)
		h.record(took)
		h.record(took * 2)
		for _, bucket := range h.export(nil).Data[1:] {
			if width := bucket.End - bucket.Start; width > max(0.01*bucket.Start, 1.1e-9) {
				t.Fatalf("%v lies in a bucket from %v to %v s", took, bucket.Start, bucket.End)
			}
		}
	}
}

func TestPercentilesOfOurHistogramAreTrueToOnePercent(t *testing.T) {
	for _, median := range []float64{0.0000002, 0.0003, 0.001, 2} {
		times := logNormalTimes(median)
		h := newHistogram()
		for _, seconds := range times {
			h.record(time.Duration(seconds * 1e9))
		}
		data := h.export(percentiles)
		for _, p := range data.Percentiles {
			exact := times[int(math.Ceil(p.Percentile/100*samples))-1]
			if off := math.Abs(p.Value-exact) / exact; off > 0.01 {
				t.Errorf("p%v is %v s, read as %v s", p.Percentile, exact, p.Value)
			}
		}
	}
}

func TestAnExportHasFortiosFieldsInSeconds(t *testing.T) {
	h := newHistogram()
	for _, ms := range []time.Duration{1, 2, 3, 4} {
		h.record(ms * time.Millisecond)
	}
	data := h.export([]float64{50})
	if data.Count != 4 || data.Min != 0.001 || data.Max != 0.004 || data.Avg != 0.0025 || math.Abs(data.StdDev-0.001118) > 1e-6 {
		t.Errorf("%+v", data)
	}
	first, last := data.Data[0], data.Data[len(data.Data)-1]
	if first.Start != 0.001 || last.End != 0.004 || last.Percent != 100 || last.Count != 1 {
		t.Errorf("buckets from %+v to %+v", first, last)
	}
}

func TestATimeLongerThanAllBucketsIsCounted(t *testing.T) {
	h := newHistogram()
	h.record(longest + time.Hour)
	if data := h.export(nil); data.Count != 1 || len(data.Data) != 1 || data.Data[0].Count != 1 || data.Max != (longest+time.Hour).Seconds() {
		t.Errorf("%+v", data)
	}
}

func TestAnExportOfNothingIsEmpty(t *testing.T) {
	if data := newHistogram().export(percentiles); data.Count != 0 || len(data.Data) != 0 {
		t.Errorf("%+v", data)
	}
}
