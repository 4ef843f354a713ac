import { stripVTControlCharacters } from 'node:util'
import type { Result } from 'perf-sdk'
import { expect, it } from 'vitest'
import { caseReport } from '../src/reports/case-report.js'
import { result, summary } from './result.js'

type Machine = NonNullable<Result['variants'][string]['machine']>

/** 4 s of 2 cores. */
const idle: Machine = {
  cores: 2,
  seconds: 4,
  busySeconds: 2,
  busyShare: 0.25,
  generatorSeconds: 0.5,
  stealSeconds: 0,
  othersSeconds: 0.4,
}
const busy = { ...idle, busySeconds: 7.76, busyShare: 0.97 }

const reportOf = (dapr: Machine | undefined, requests = 4000) => {
  const loaded = { ...summary, requests, ...(dapr && { machine: dapr }) }
  const variants = { baseline: { ...summary, machine: idle }, dapr: loaded }
  return stripVTControlCharacters(caseReport({ ...result, variants }, process.cwd()))
}

it('shows how busy the machine was in the loads of each variant, and what other processes used of it', () => {
  const report = reportOf(busy)
  expect(report).toMatch(/^machine busy +25 % +97 %$/m)
  expect(report).toMatch(/^other processes +0\.10 cores +0\.10 cores$/m)
})

it('says that the machine is nearly saturated, and at which rate it would not be', () => {
  // 0.8 of 2 cores less 0.1 of others leave 1.5; a request takes (7.76 − 0.4) / 4000 s
  expect(reportOf(busy)).toContain(
    '! Dapr: the machine was 97 % busy: nearly saturated, so most of the latency is queueing. ' +
      'At about 810 qps it would be 80 % busy\n',
  )
  expect(reportOf(busy, 40)).toContain('At about 8.1 qps')
  expect(reportOf({ ...busy, busyShare: 0.8 })).not.toContain('saturated')
})

it('leaves out that rate where it is not known, or other processes take too much', () => {
  const line = '! Dapr: the machine was 97 % busy: nearly saturated, so most of the latency is queueing\n'
  const { othersSeconds: _, ...unknown } = busy
  expect(reportOf(unknown)).toContain(line)
  expect(reportOf({ ...busy, othersSeconds: 7.5 })).toContain(line)
})

it('says what other processes used, where it is much', () => {
  expect(reportOf({ ...idle, othersSeconds: 4 })).toContain(
    '! other processes used 1.0 of 2 cores during the Dapr load\n',
  )
  expect(reportOf({ ...idle, othersSeconds: 0.8 })).not.toContain('! other processes')
})

it('says where the use of the machine, or that of other processes, is unknown', () => {
  const { othersSeconds: _, ...unknown } = idle
  expect(reportOf(unknown)).toMatch(/^other processes +0\.10 cores +unknown$/m)
  expect(reportOf(undefined)).toMatch(/^machine busy +25 % +unknown$/m)
  expect(reportOf(undefined)).not.toContain('machine use: unknown')
  const ofNone = stripVTControlCharacters(caseReport(result, process.cwd()))
  expect(ofNone).toMatch(/^machine use: unknown$/m)
  expect(ofNone).not.toContain('machine busy')
})
