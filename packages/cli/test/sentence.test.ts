import type { Check, Result } from 'perf-sdk'
import { describe, expect, it } from 'vitest'
import { sentenceOf } from '../src/terminal/sentence.js'
import { comparisonWith, result, summary } from './result.js'

type Comparison = Result['comparisons'][number]

/** CPU seconds of 1000 requests: as many ms for each. */
const using = (testapp: number, sidecar: number) => ({
  ...summary,
  usage: {
    testapp: { app: { cpuSeconds: testapp }, sidecar: { cpuSeconds: sidecar } },
    tester: { app: { cpuSeconds: 50 * sidecar }, sidecar: { cpuSeconds: 0 } },
  },
})

const sentence = (comparison: Partial<Comparison>, variants: Result['variants'] = {}) =>
  sentenceOf({
    ...result,
    variants: { baseline: using(0.5, 0), dapr: using(0.7, 1), ...variants },
    comparisons: [{ ...comparisonWith('dapr', {}), ...comparison }],
  })

/** A comparison that adds so much at p50. */
const adding = (added: number | null, interval?: { low: number; high: number }): Partial<Comparison> =>
  comparisonWith('dapr', { added, ...(interval && { interval }) })

describe('the sentence of a valid run', () => {
  it('says what Dapr adds to the median, with its interval, and to CPU, without the load generator', () => {
    expect(sentence(adding(0.9, { low: 0.8, high: 1 }))).toBe(
      'With Dapr the median response takes 0.9 ms longer (0.8 to 1.0), and a request costs 1.2 ms of CPU more.',
    )
  })

  it('has an interval only where it is known', () => {
    expect(sentence(adding(0.9))).toContain('takes 0.9 ms longer, and')
  })

  it.each([
    [0.9, { low: -0.2, high: 2 }, "0.9 ms longer (−0.2 to 2.0: it can't be told from zero),"],
    [-0.3, { low: -0.4, high: -0.2 }, '0.3 ms less (0.2 to 0.4),'],
    [-0.3, { low: -0.8, high: 0.2 }, "0.3 ms less (−0.2 to 0.8: it can't be told from zero),"],
    [0.0512, { low: 0.04, high: 0.06 }, '51 µs longer (40 to 60),'],
    [-0.05, undefined, '50 µs less,'],
    [0, { low: 0, high: 0 }, "0 µs longer (0 to 0: it can't be told from zero),"],
    [12.34, undefined, '12.3 ms longer,'],
  ])('says of %s ms, %j: %s', (added, interval, text) => {
    expect(sentence(adding(added, interval))).toContain(`With Dapr the median response takes ${text}`)
  })

  it('takes the mean where the median is not known, and says so', () => {
    expect(sentence(adding(null))).toContain(
      'With Dapr the mean response (the median is not known) takes 2.0 ms longer,',
    )
  })

  it('says what CPU it saves', () => {
    expect(sentence(adding(0.9), { dapr: using(0.3, 0) })).toContain('a request costs 0.2 ms of CPU less.')
    expect(sentence(adding(0.9), { dapr: using(0.55, 0) })).toContain('a request costs 50 µs of CPU more.')
  })

  it('leaves CPU out where it is not known of the same apps and sidecars', () => {
    const text = 'With Dapr the median response takes 0.9 ms longer.'
    const withoutSidecar = { ...summary, usage: { testapp: { app: { cpuSeconds: 1 } } } }
    expect(sentence(adding(0.9), { dapr: withoutSidecar })).toBe(text)
    expect(sentence(adding(0.9), { baseline: { ...summary, usage: {} } })).toBe(text)
    const unknown = { ...summary, usage: {} }
    expect(sentence(adding(0.9), { baseline: unknown, dapr: unknown })).toBe(text)
  })

  it('does not speak of Dapr where the baseline goes through a sidecar, too', () => {
    expect(sentence({ ...adding(-0.9), baselineHasSidecar: true })).toContain(
      'Compared with the baseline, the median response takes 0.9 ms less, and',
    )
  })

  it('names other variants, one after the other', () => {
    const comparisons = ['http', 'grpc'].map((name) => ({ ...comparisonWith(name, {}), baseline: 'direct' }))
    const variants = { direct: summary, http: summary, grpc: summary }
    expect(sentenceOf({ ...result, variants, comparisons })).toBe(
      'Compared with direct, the median response of http takes 0.5 ms less, and a request costs 0 µs of CPU more. ' +
        'Compared with direct, the median response of grpc takes 0.5 ms less, and a request costs 0 µs of CPU more.',
    )
  })

  it('is none where nothing is compared', () => {
    expect(sentenceOf({ ...result, comparisons: [] })).toBeUndefined()
  })
})

const missed = (id: string, ifNotMet: Check['ifNotMet'] = 'failed'): Check => ({
  id,
  name: `name of ${id}`,
  passed: false,
  detail: `detail of ${id}`,
  ifNotMet,
})
const slow = {
  ...summary,
  targetRate: 1000,
  achievedRate: 640,
  late: { count: 9, percent: 18.3, worstMs: 7 },
}
const withChecks = (outcome: Result['outcome'], ...checks: Check[]) =>
  sentenceOf({ ...result, outcome, checks, variants: { baseline: slow, dapr: slow } })

describe('the sentence of a run that is not valid', () => {
  it('says why, with every reason and its limit', () => {
    expect(
      withChecks(
        'not valid',
        missed('baseline.rate', 'not valid'),
        missed('dapr.late', 'not valid'),
        missed('dapr.generator', 'not valid'),
      ),
    ).toBe(
      'Not valid: the baseline took 640 of 1000 qps; ' +
        '18 % of the requests of the Dapr load were sent late (limit 5 %); ' +
        'the load generator itself was late in the Dapr load: detail of dapr.generator (limit 50 ms)',
    )
  })

  it('shows tenths near the limit', () => {
    const late = { count: 9, percent: 5.04, worstMs: 7 }
    const variants = { baseline: { ...slow, late }, dapr: slow }
    const checks = [missed('baseline.late', 'not valid')]
    expect(sentenceOf({ ...result, outcome: 'not valid', checks, variants })).toBe(
      'Not valid: 5.0 % of the requests of the baseline load were sent late (limit 5 %)',
    )
  })

  it('leaves out what does not decide', () => {
    const own = missed('dapr.published')
    expect(withChecks('not valid', missed('baseline.rate', 'not valid'), own)).toBe(
      'Not valid: the baseline took 640 of 1000 qps',
    )
  })
})

describe('the sentence of a run that failed', () => {
  it('says that Dapr missed the rate', () => {
    expect(withChecks('failed', missed('dapr.rate'), missed('dapr.late', 'not valid'))).toBe(
      'Failed: Dapr took 640 of 1000 qps',
    )
  })

  it('says how many requests failed', () => {
    const outcomes = [
      { code: '200', kind: 'success' as const, count: 997 },
      { code: '500', kind: 'failure' as const, count: 3 },
    ]
    const variants = { baseline: summary, dapr: { ...summary, outcomes } }
    const checks = [missed('dapr.success')]
    expect(sentenceOf({ ...result, outcome: 'failed', checks, variants })).toBe(
      'Failed: 3 of 1000 requests of the Dapr load failed',
    )
  })

  it('names each other check, and the budget where it is enforced', () => {
    const { ifNotMet: _, ...own } = missed('dapr.published')
    const failed = (enforced: boolean) =>
      sentenceOf({ ...result, outcome: 'failed', checks: [own], budget: { ...missed('budget'), enforced } })
    const published = 'Failed: not met: name of dapr.published (detail of dapr.published)'
    expect(failed(false)).toBe(published)
    expect(failed(true)).toBe(`${published}; not met: name of budget (detail of budget)`)
  })
})

it.each(['error', 'interrupted'] as const)('a case that ended with %s has no sentence', (outcome) => {
  expect(sentenceOf({ ...result, outcome })).toBeUndefined()
})
