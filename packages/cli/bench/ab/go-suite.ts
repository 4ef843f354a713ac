// How Dapr's own performance tests compare, to compare ab with: one load without Dapr, one through it, and the difference
// of their 90th percentiles against 2 ms.
//   npm run bench:ab -w dapr-perf -- go-suite FILE RUNS [run's options]
// The loads are fortio's own: those of the case in cases/go_suite.
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Result, resultSchema } from 'perf-sdk/runner'
import { readRecorded } from './record.js'
import { resultOf } from './result-of.js'
import { percent, sdText, summaryOf } from './statistics.js'

/** One run, in milliseconds. */
interface Run {
  startedAt: string
  seconds: number
  meanThroughDapr: number
  p90: { baseline: number; dapr: number }
}

const limitMs = 2
const cases = join(import.meta.dirname, 'cases')

/** Makes runs until the file has as many as are wanted, and says what all of them answer. */
export async function goSuite(file: string, wanted: number, args: string[]): Promise<void> {
  let runs = readRecorded<Run>(file)
  for (; runs.length < wanted; runs = readRecorded(file)) {
    // A check that fails, such as that of late sends, which fortio does not count, is none of the Go suite's: the run counts.
    const result = resultSchema.parse(await resultOf('run', ['go_suite', '--cases', cases, ...args]))
    appendFileSync(file, `${JSON.stringify(runOf(result))}\n`)
  }
  evaluateRuns(runs)
}

function runOf({ startedAt, loads, comparisons: [comparison] }: Result): Run {
  const p90 = comparison?.percentiles.find(({ percentile }) => percentile === 90)
  if (comparison?.variant !== 'dapr' || !p90?.baseline || !p90.variant)
    throw new Error('the run has no 90th percentiles with and without Dapr')
  return {
    startedAt,
    seconds: loads.reduce((sum, { seconds }) => sum + seconds, 0),
    meanThroughDapr: comparison.mean.variant,
    p90: { baseline: p90.baseline, dapr: p90.variant },
  }
}

/** Each run has a verdict. Two that follow one another answer whether the second one's Dapr is slower than the first one's. */
function evaluateRuns(runs: Run[]): void {
  const added = runs.map(({ p90 }) => p90.dapr - p90.baseline)
  console.log(
    `${runs.length} runs: Dapr adds ${Math.min(...added).toFixed(3)} to ${Math.max(...added).toFixed(3)} ms at p90, ` +
      `${added.filter((ms) => ms < limitMs).length} below ${limitMs} ms`,
  )
  const changes = runs.flatMap(({ meanThroughDapr }, index) => {
    const next = runs[index + 1]
    return next && index % 2 === 0 ? [Math.log(next.meanThroughDapr / meanThroughDapr)] : []
  })
  const seconds = runs.reduce((sum, run) => sum + run.seconds, 0) / changes.length
  const { mean, sd } = summaryOf(changes)
  const [low, high] = [Math.min(...changes), Math.max(...changes)]
  console.log(
    `the average of one run against that of the run before: ${changes.length} answers of ${seconds.toFixed(0)} s of load, ` +
      `mean ${percent(mean)}, sd ${sdText(sd)}, from ${percent(low)} to ${percent(high)}`,
  )
}
