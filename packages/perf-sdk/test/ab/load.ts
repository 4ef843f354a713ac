import type { Histogram } from '../../src/model/histogram.js'
import type { LoadResult, RatedLoad } from '../../src/model/load.js'

/** Of requests that all took the same time, in ms. */
export const histogram = (count: number, ms: number): Histogram => ({
  count,
  min: ms,
  max: ms,
  mean: ms,
  buckets: [{ start: ms, end: ms, count }],
})

/**
 * What came of a load whose requests all took 2 ms.
 *
 * @param rated what differs from a load that sent all in time; absent without a target rate
 */
export function loadOf(requests: number, rated?: Partial<RatedLoad>): LoadResult {
  const ofRate: RatedLoad = {
    arrivals: 'uniform',
    due: requests,
    sentInTime: requests,
    late: { count: 0, worstMs: 0 },
    responseTime: histogram(requests, 3),
    generatorDelay: histogram(requests, 0.1),
    ...rated,
  }
  return {
    engine: { name: 'fortio', version: '1.16.1' },
    targetRate: rated ? 500 : 0,
    achievedRate: 500,
    seconds: 1,
    connections: 4,
    sent: requests + 4,
    outcomes: [{ code: '200', kind: 'success', count: requests }],
    histogram: histogram(requests, 2),
    extraConnections: { opened: 0, sentAgain: 0 },
    ...(rated && { rated: ofRate }),
  }
}
