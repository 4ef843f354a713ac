import { stripVTControlCharacters } from 'node:util'
import type { Result } from 'perf-sdk'
import { expect, it } from 'vitest'
import { caseReport } from '../src/run/case-report.js'

function reportOf(point: { percentile: number; coarse: boolean }): string {
  const usage = { cpuSeconds: 1, peakMemoryBytes: 2 ** 20 }
  const side = { requests: 1000, achievedQps: 100, usage: { testapp: { app: usage, sidecar: usage } } }
  const result = {
    case: 'a_case',
    description: 'what it measures',
    params: { qps: 100, connections: 1, duration: '10s', payload: '', payloadSize: 0 },
    environment: { host: { cores: 2, cpuModel: 'a CPU', loadAverage: [0] }, versions: {} },
    baseline: side,
    dapr: side,
    comparison: {
      percentiles: [{ baseline: 1, dapr: 0.5, added: -0.5, ...point }],
      average: { baseline: 1, dapr: 3, added: 2 },
    },
    checks: [{ name: 'rate', passed: false, detail: '90 of 100 qps' }],
    budget: null,
    passed: false,
  }
  return stripVTControlCharacters(caseReport(result as unknown as Result, process.cwd()))
}

it('marks a percentile that is a guess, and says what the mark means', () => {
  const report = reportOf({ percentile: 99.9, coarse: true })
  expect(report).toMatch(/^p99\.9 +1\.000 +0\.500 +−0\.500 ~$/m)
  expect(report).toMatch(/^.*~ a guess inside a wide bucket/m)
})

it('has no mark where every percentile is a measured one', () => {
  expect(reportOf({ percentile: 50, coarse: false })).not.toContain('~')
})

it('shows CPU for each request, and the check that failed with its figures', () => {
  const report = reportOf({ percentile: 50, coarse: false })
  expect(report).toMatch(/^testapp's sidecar +1\.00 s +1000 µs +1 MiB$/m)
  expect(report).toContain('✗ rate (90 of 100 qps)')
  expect(report).toContain('failed, results in .')
})
