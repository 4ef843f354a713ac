import type {
  EngineResult,
  LoadEngine,
  LoadRequest,
  MixedLoadRequest,
  MixedLoadResult,
} from '../../src/load-engine/load-engine.js'
import type { Histogram } from '../../src/model/histogram.js'
import type { LoadResult } from '../../src/model/load.js'
import type { ResolvedTarget } from '../../src/model/target.js'
import type { EngineOf } from '../../src/runner/engine.js'
import { seedOf } from '../../src/statistics/seed.js'
import { normalGenerator } from '../statistics/random.js'
import type { FakePlatform } from './fake-platform.js'
import { Points } from './points.js'

const bucketMs = 0.02

interface FakeOptions {
  /** The median service time in ms, by kind of target, or by variant in a mixed load; 1 by default. */
  ms?: Record<string, number>
  /** What comes of a load instead. @param name kind of target, or variant */
  change?(result: LoadResult, name: string): LoadResult
}

/**
 * An engine whose loads end at once, with times that are drawn anew for each load, and are the same again for the same
 * number of it. It has one point, `load`, at the begin of each load, warm-ups included.
 */
export class FakeEngine extends Points implements LoadEngine {
  constructor(
    private readonly platform: FakePlatform,
    private readonly options: FakeOptions = {},
  ) {
    super()
  }

  readonly engineOf: EngineOf = async () => this

  async run(load: LoadRequest, signal: AbortSignal): Promise<EngineResult> {
    await this.reach('load', signal)
    const result = this.#result(load, load.target, load.target.kind)
    this.platform.work(result.histogram.count)
    return { ...result, raw: JSON.stringify({ requests: result.histogram.count }) }
  }

  async runMixed(load: MixedLoadRequest, signal: AbortSignal): Promise<MixedLoadResult> {
    await this.reach('load', signal)
    const variants = Object.entries(load.targets)
    const results = variants.map(([name, target]) => [
      name,
      this.#result(load, target, name, variants.length),
    ])
    const order = variants.map(([name]) => name)
    this.platform.work((load.rate * load.seconds) / variants.length)
    return {
      order: [...order, ...order.toReversed()],
      slices: 40,
      sliceSeconds: load.seconds / 40,
      results: Object.fromEntries(results),
      raw: '{"mixed":true}',
    }
  }

  #result(
    load: Omit<LoadRequest, 'target' | 'headers'>,
    target: ResolvedTarget,
    name: string,
    parts = 1,
  ): LoadResult {
    const { rate, arrivals, seconds, connections } = load
    const due = Math.round((rate * seconds) / parts)
    const count = due || 1_000
    const normal = normalGenerator(seedOf(name, this.timesAt('load')))
    const ms = this.options.ms?.[name] ?? 1
    const times = Array.from({ length: count }, () => ms * Math.exp(0.1 * normal()))
    const result: LoadResult = {
      target,
      engine: { name: 'fake', version: '1' },
      targetRate: rate / parts,
      achievedRate: count / seconds,
      seconds,
      connections,
      sent: count + connections,
      outcomes: [{ code: '200', kind: 'success', count }],
      histogram: histogramOf(times),
      extraConnections: { opened: 0, sentAgain: 0 },
      machine: { cores: 2, seconds, busySeconds: seconds, generatorSeconds: seconds / 4, stealSeconds: 0 },
      ...(rate > 0 && {
        rated: {
          arrivals,
          due,
          sentInTime: due,
          late: { count: 0, worstMs: 0 },
          responseTime: histogramOf(times),
          generatorDelay: histogramOf(times.map(() => 0.1)),
        },
      }),
    }
    return this.options.change?.(result, name) ?? result
  }
}

/** Times in ms, in buckets of 0.02 ms. */
export function histogramOf(times: number[]): Histogram {
  const counts = new Map<number, number>()
  for (const time of times) {
    const bucket = Math.floor(time / bucketMs)
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1)
  }
  const buckets = [...counts].sort(([one], [other]) => one - other)
  return {
    count: times.length,
    min: Math.min(...times),
    max: Math.max(...times),
    mean: times.reduce((sum, time) => sum + time, 0) / times.length,
    buckets: buckets.map(([bucket, count]) => ({
      start: bucket * bucketMs,
      end: (bucket + 1) * bucketMs,
      count,
    })),
  }
}
