import { join } from 'node:path'
import { parseGoDuration } from '@dapr-perf/tester/go-duration'
import { DaprPerfError } from '../errors.js'
import type { UsageByApp } from '../platforms/platform.js'
import { writeResultsFile } from '../results/files.js'
import type { TestContext } from '../runner/test-context.js'
import { type FortioResult, parseFortioResult } from './fortio-result.js'
import { runLoad, type TestParameters } from './tester-client.js'

/** Where a load goes, and what of it differs from the test's parameters. */
export type Target = Pick<TestParameters, 'targetEndpoint'> & Partial<TestParameters>

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
  baseline: Round[]
  dapr: Round[]
}

const sides = ['baseline', 'dapr'] as const
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
export async function measure(
  test: TestContext,
  targets: Record<keyof Measurement, Target>,
): Promise<Measurement> {
  const { params, rounds, signal } = test
  const testerURL = await test.acquireAppExternalURL('tester')
  const seconds = parseGoDuration(params.duration) as number

  const load = async (side: keyof Measurement, what: string, qps: number, loadSeconds: number) => {
    const parameters: TestParameters = {
      qps,
      clientConnections: params.connections,
      testDuration: formatGoDuration(loadSeconds),
      payload: params.payload,
      payloadSizeKB: params.payloadSize,
      ...targets[side],
      targetEndpoint: test.platform.resolveURL(targets[side].targetEndpoint, 'tester'),
    }
    test.report({ kind: 'load', what, seconds: loadSeconds })
    try {
      const text = await runLoad(testerURL, test.platform.testerToken, parameters, signal)
      return { text, requestedQps: parameters.qps }
    } catch (error) {
      signal.throwIfAborted()
      throw new DaprPerfError(`${what} failed: ${(error as Error).message}`, { cause: error })
    }
  }

  const warmUpSeconds = Math.min(longestWarmUpSeconds, seconds / 6)
  for (const side of sides) {
    const qps = params.qps === 0 ? warmUpQps : Math.min(warmUpQps, params.qps)
    await load(side, `${side} warm-up`, qps, warmUpSeconds)
  }

  const measurement: Measurement = { baseline: [], dapr: [] }
  for (let round = 1; round <= rounds; round++) {
    for (const side of sides) {
      const what = rounds === 1 ? `${side} load` : `${side} load, round ${round} of ${rounds}`
      const endUsage = await test.platform.measureUsage()
      const { text, requestedQps } = await load(side, what, params.qps, seconds / rounds).catch(
        async (error) => {
          await endUsage()
          throw error
        },
      )
      const usage = await endUsage()
      const file = join('fortio', `${side}-${round}.json`)
      await writeResultsFile(join(test.folder, file), text)
      measurement[side].push({ round, requestedQps, result: parseFortioResult(text), usage, file })
    }
  }
  return measurement
}

/** A duration of so many seconds as Go reads it, to the millisecond. */
const formatGoDuration = (seconds: number) => `${Math.max(1, Math.round(seconds * 1000))}ms`
