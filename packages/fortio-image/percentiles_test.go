//go:build !slow

package main

import (
	"math"
	"math/rand"
	"sort"
	"testing"

	"fortio.org/fortio/stats"
)

const (
	testerResolution  = 0.00002 // what the tester passes as -r, in seconds
	defaultResolution = 0.001   // fortio's own
	samples           = 200_000
)

var percentiles = []float64{50, 75, 90, 99}

// logNormalTimes are request times in seconds whose percentiles are known, because all of them are.
func logNormalTimes(median float64) []float64 {
	random := rand.New(rand.NewSource(1))
	times := make([]float64, samples)
	for i := range times {
		times[i] = median * math.Exp(0.3*random.NormFloat64())
	}
	sort.Float64s(times)
	return times
}

// worstError is the largest relative error of the percentiles that fortio's histogram gives.
func worstError(t *testing.T, times []float64, resolution float64) float64 {
	t.Helper()
	histogram := stats.NewHistogram(0, resolution)
	for _, seconds := range times {
		histogram.Record(seconds)
	}
	data := histogram.Export()
	worst := 0.0
	for _, p := range percentiles {
		exact := times[int(math.Ceil(p/100*samples))-1]
		read := data.CalcPercentile(p)
		relative := math.Abs(read-exact) / exact
		t.Logf("-r %g p%g: exact %.4f ms, read %.4f ms, off by %.1f %%", resolution, p, exact*1000, read*1000, relative*100)
		worst = math.Max(worst, relative)
	}
	return worst
}

func TestPercentilesAreTrueAtTheResolutionOfTheTester(t *testing.T) {
	for _, median := range []float64{0.0003, 0.001} {
		if worst := worstError(t, logNormalTimes(median), testerResolution); worst > 0.05 {
			t.Errorf("median %g s: a percentile is off by %.1f %%, more than 5 %%", median, worst*100)
		}
	}
}

func TestPercentilesAreGuessesAtTheResolutionOfFortio(t *testing.T) {
	worst := 0.0
	for _, median := range []float64{0.0003, 0.001} {
		worst = math.Max(worst, worstError(t, logNormalTimes(median), defaultResolution))
	}
	if worst < 0.2 {
		t.Errorf("no percentile is off by more than 20 %%, the worst by %.1f %%: the tester's -r has no reason", worst*100)
	}
}
