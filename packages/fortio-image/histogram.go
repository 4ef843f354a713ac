package main

import (
	"time"

	"fortio.org/fortio/stats"
	"github.com/HdrHistogram/hdrhistogram-go"
)

// significantDigits of a time that a histogram keeps: its buckets are at most 1 % wide.
const significantDigits = 2

// longest is the longest time that a histogram tells from longer ones.
const longest = 24 * time.Hour

// histogram counts times in nanoseconds. It needs the same memory for any number of them.
type histogram struct {
	stats.Counter
	buckets *hdrhistogram.Histogram
}

func newHistogram() *histogram {
	return &histogram{buckets: hdrhistogram.New(1, int64(longest), significantDigits)}
}

func (h *histogram) record(took time.Duration) {
	h.Record(took.Seconds())
	_ = h.buckets.RecordValue(int64(min(took, longest))) // its only error is a value that is longer
}

// export has the histogram in fortio's form: seconds, and the first and the last bucket cut at the minimum and the maximum.
func (h *histogram) export(percentiles []float64) *stats.HistogramData {
	data := &stats.HistogramData{Count: h.Count, Min: h.Min, Max: h.Max, Sum: h.Sum, Avg: h.Avg(), StdDev: h.StdDev()}
	var upTo int64
	for _, bar := range h.buckets.Distribution() {
		if bar.Count == 0 {
			continue
		}
		upTo += bar.Count
		data.Data = append(data.Data, stats.Bucket{
			Interval: stats.Interval{Start: seconds(bar.From), End: seconds(bar.To + 1)},
			Percent:  100 * float64(upTo) / float64(h.Count),
			Count:    bar.Count,
		})
	}
	if last := len(data.Data) - 1; last >= 0 {
		data.Data[0].Start = h.Min
		data.Data[last].End = h.Max
		data.CalcPercentiles(percentiles)
	}
	return data
}

func seconds(nanoseconds int64) float64 { return time.Duration(nanoseconds).Seconds() }
