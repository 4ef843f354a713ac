import { expect, test } from 'vitest'
import { parseLateSends } from '../src/late-sends.js'

test('fortio says how late the latest request was', () => {
  const lines = [
    'Ended after 10s : 1000 calls. qps=99.9',
    'Sleep times : count 984 avg 0.009 +/- 0.0005 min -0.0123 max 0.0099 sum 9.8',
  ]
  const late = parseLateSends(lines)
  expect(late).toEqual({ sends: 984, worstLateMs: expect.closeTo(12.3) })
})

test('above 5 % it says how many were late, too', () => {
  const lines = [
    'Aggregated Sleep Time : count 9 avg -0.08 +/- 0.05 min -0.171 max -0.001 sum -0.77',
    '# range, mid point, percentile, count',
    'WARNING 100.00% of sleep were falling behind',
  ]
  expect(parseLateSends(lines)).toEqual({ sends: 9, latePercent: 100, worstLateMs: expect.closeTo(171) })
})

test('no request is late where each pause was as long as it should be', () => {
  expect(parseLateSends(['Sleep times : count 4 avg 0.1 +/- 0 min 0.1 max 0.1 sum 0.4'])?.worstLateMs).toBe(0)
})

test('without a target rate nothing is due', () => {
  expect(parseLateSends(['Ended after 1s : 5 calls. qps=5'])).toBeUndefined()
})
