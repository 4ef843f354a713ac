import { join } from 'node:path'
import { parseGoDuration } from '@dapr-perf/tester/go-duration'
import type { UsageByApp } from '../platforms/platform.js'
import { writeResultsFile } from '../results/files.js'
import { secondsSince } from '../runner/progress.js'
import type { TestContext } from '../runner/test-context.js'
import type { FortioResult } from './fortio-result.js'
import { load, type Target } from './load.js'

/** The two sides of every comparison. */
export type Side = 'baseline' | 'dapr'
export const sides = ['baseline', 'dapr'] as const

/** One load, and what came of it. */
export interface Round {
  /** Counts from 1. */
  round: number
  requestedQps: number
  result: FortioResult
  usage: UsageByApp
  /** fortio's own JSON, within the folder of the case. */
  file: string
}

export interface Measurement {
  rounds: Record<Side, Round[]>
  /** All requests of a side: its rounds', its warm-up's, and the one with which fortio tries each new connection. */
  requestsMade: Record<Side, number>
  eventsPerRequest: Record<Side, number>
}

const healthChecks = 60
const warmUpQps = 100
const longestWarmUpSeconds = 10

/**
 * Loads the baseline and Dapr in turn, after a warm-up of each.
 *
 * Every side is loaded for the parameters' duration, split evenly over the rounds. The warm-up is the Go suite's,
 * 100 qps for 10 s, but no longer than a sixth of the duration.
 *
 * @throws DaprPerfError where a load fails, or an app dies during it
 */
export async function measure(test: TestContext, targets: Record<Side, Target>): Promise<Measurement> {
  const { params, rounds } = test
  const { baseline, dapr } = targets
  await test.httpGetNTimes(await test.acquireAppExternalURL('tester'), healthChecks)
  const seconds = parseGoDuration(params.duration) as number
  const measurement: Measurement = {
    rounds: { baseline: [], dapr: [] },
    requestsMade: { baseline: 0, dapr: 0 },
    eventsPerRequest: { baseline: baseline.eventsPerRequest ?? 1, dapr: dapr.eventsPerRequest ?? 1 },
  }

  test.report({ kind: 'note', what: `ready for the first load after ${secondsSince(test.askedAt)} s` })
  const warmUpSeconds = Math.min(longestWarmUpSeconds, seconds / 6)
  for (const side of sides) {
    const qps = Math.min(warmUpQps, (targets[side].qps ?? params.qps) || warmUpQps)
    const warmUp = await load(test, targets[side], { what: `${side} warm-up`, seconds: warmUpSeconds, qps })
    measurement.requestsMade[side] += warmUp.requestsMade
  }

  for (let round = 1; round <= rounds; round++) {
    for (const side of sides) {
      const what = rounds === 1 ? `${side} load` : `${side} load, round ${round} of ${rounds}`
      const endUsage = await test.platform.measureUsage()
      const { requestedQps, result, text, requestsMade } = await load(test, targets[side], {
        what,
        seconds: seconds / rounds,
      }).catch(async (error) => {
        await endUsage()
        throw error
      })
      const usage = await endUsage()
      const file = join('fortio', `${side}-${round}.json`)
      await writeResultsFile(join(test.folder, file), text)
      measurement.rounds[side].push({ round, requestedQps, result, usage, file })
      measurement.requestsMade[side] += requestsMade
    }
  }
  return measurement
}
