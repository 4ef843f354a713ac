import { stripVTControlCharacters } from 'node:util'
import type { Result, Usage } from 'perf-sdk'
import { expect, it } from 'vitest'
import { caseReport } from '../src/reports/case-report.js'
import { overviewOf } from '../src/reports/overview.js'
import { comparisonWith, result as measured, summary } from './result.js'

const result: Result = {
  ...measured,
  outcome: 'failed',
  checks: [{ id: 'dapr.rate', name: 'rate', passed: false, detail: '90 of 100 qps' }],
}

const reportOf = (fields: Partial<Result> = {}) =>
  stripVTControlCharacters(caseReport({ ...result, ...fields }, process.cwd()))

it('shows the interval of what Dapr adds, and says where it can not be told from zero', () => {
  const comparison = comparisonWith('dapr', {
    percentile: 50,
    added: 0.5,
    interval: { low: -0.25, high: 1.25 },
  })
  const report = reportOf({ comparisons: [comparison] })
  expect(report).toMatch(/^p50 .* \+0\.500 \(−0\.250 to 1\.250\)$/m)
  expect(report).toMatch(/^In brackets is its 95 % interval, from the rounds\.$/m)
  expect(report).toMatch(/^! what Dapr adds can't be told from zero: p50$/m)
  expect(reportOf()).not.toContain('interval')
  const clear = comparisonWith('dapr', { percentile: 50, added: 0.5, interval: { low: 0.25, high: 0.75 } })
  expect(reportOf({ comparisons: [clear] })).not.toContain("can't be told")
})

it('has no mark where every percentile is a measured one', () => {
  expect(reportOf()).not.toContain('~')
})

it('shows a percentile of too few requests as not known, and says what the mark means', () => {
  const report = reportOf({
    comparisons: [comparisonWith('dapr', { percentile: 99.9, variant: null, added: null })],
  })
  expect(report).toMatch(/^p99\.9 +1\.000 +\? +\?$/m)
  expect(report).toMatch(/^\? not known: it needs more requests/m)
  expect(reportOf()).not.toContain('not known')
})

it('shows the longest time of each variant', () => {
  const variants = { baseline: summary, dapr: { ...summary, max: 2000.5 } }
  expect(reportOf({ variants })).toMatch(/^max +7\.000 +2000\.500$/m)
})

it('says how many requests were sent late, where the percentiles leave out their wait', () => {
  const with99 = (value: number | null) => ({
    percentiles: [{ percentile: 99, value, bucket: null }],
    mean: 1,
    max: 1,
  })
  const reportWith = (fields: Partial<typeof summary>) =>
    reportOf({ variants: { baseline: summary, dapr: { ...summary, ...fields } } })
  const late = { count: 197, percent: 19.7, worstMs: 1976 }
  const told =
    '! Dapr: 19.7 % of the requests were sent late, the latest by 1976.000 ms: percentiles leave out that wait'
  expect(reportWith({ late })).toContain(`${told}\n`)
  expect(reportWith({ late, responseTime: with99(1800) })).toContain(
    `${told}; from when requests were due it is 1800.000 ms at p99\n`,
  )
  expect(reportWith({ late, responseTime: with99(null) })).toContain(`${told}\n`)
  expect(reportWith({ late: { ...late, percent: 1.1 } })).toContain('! Dapr: 1.1 % of the requests')
  expect(reportWith({ late: { ...late, percent: 1 } })).not.toContain('late')
})

it('says how many failed requests are in the percentiles', () => {
  const outcomes = [
    { code: '200', kind: 'success' as const, count: 988 },
    { code: '500', kind: 'failure' as const, count: 7 },
    { code: '-1', kind: 'failure' as const, count: 5 },
  ]
  expect(reportOf({ variants: { baseline: summary, dapr: { ...summary, outcomes } } })).toContain(
    '! Dapr: 12 of 1000 requests failed, and their times are in the percentiles\n',
  )
  expect(reportOf()).not.toContain('failed, and')
})

const load: Result['loads'][number] = {
  variant: 'dapr',
  round: 1,
  startedAt: result.startedAt,
  seconds: 1,
  engine: { name: 'fortio', version: '1' },
  targetRate: 10,
  achievedRate: 10,
  arrivals: 'uniform',
  connections: 5,
  sent: 26,
  outcomes: [],
  extraConnections: { opened: 0, sentAgain: 0 },
  usage: {},
  file: 'x',
}

it('shows the rate with its arrivals, and the connections', () => {
  const params = { ...result.params, connections: 16 }
  expect(reportOf({ params, loads: [load, load] })).toContain('100 qps (uniform) over 5 connections')
})

it('shows no arrivals where nothing is due', () => {
  const { arrivals: _, ...unlimited } = { ...load, targetRate: 0 }
  const variants = { baseline: { ...summary, targetRate: 0 }, dapr: { ...summary, targetRate: 0 } }
  expect(reportOf({ variants, loads: [unlimited] })).toContain('no rate limit over 5 connections')
})

it('says that connections were opened again, and requests sent a second time', () => {
  const told = (extraConnections: (typeof summary)['extraConnections']) =>
    /^! Dapr: (.* again.*)$/m.exec(
      reportOf({ variants: { baseline: summary, dapr: { ...summary, extraConnections } } }),
    )?.[1]
  expect(told({ opened: 37, sentAgain: 2 })).toBe(
    '37 connections were opened again, and 2 requests sent a second time',
  )
  expect(told({ opened: 1, sentAgain: 0 })).toBe('1 connection was opened again')
  expect(told({ opened: 0, sentAgain: 0 })).toBeUndefined()
  expect(told({ openedOrSentAgain: 9984 })).toBe(
    '9,984 connections were opened again, or requests sent a second time: its times include that',
  )
  expect(told({ openedOrSentAgain: 0 })).toBeUndefined()
  const variants = { baseline: summary, dapr: { ...summary, extraConnections: { opened: 0, sentAgain: 2 } } }
  expect(reportOf({ variants })).toContain('! Dapr: 2 requests were sent a second time\n')
})

it('says what it means where most requests needed a new connection', () => {
  const often = { ...summary, extraConnections: { openedOrSentAgain: 900 } }
  const ofBaseline = reportOf({ variants: { baseline: often, dapr: summary } })
  expect(ofBaseline).toContain('its times include that, and what Dapr adds is too small unless')
  expect(reportOf({ variants: { baseline: summary, dapr: often } })).toMatch(
    /a second time: its times include that$/m,
  )
})

it('says that sidecars opened connections to an app, which the load generator does not see', () => {
  const { testapp } = summary.usage
  const closed = (closedConnections: number) => ({
    ...summary,
    usage: { ...summary.usage, testapp: { ...testapp, app: { cpuSeconds: 1, closedConnections } } },
  })
  expect(reportOf({ variants: { baseline: summary, dapr: closed(900) } })).toContain(
    '! Dapr: 900 connections to testapp were opened and closed again, for 1,000 requests: ',
  )
  expect(reportOf({ variants: { baseline: summary, dapr: closed(50) } })).not.toContain('opened and closed')
  // The load generator's own are told apart from these.
  expect(reportOf({ variants: { baseline: closed(900), dapr: summary } })).not.toContain('opened and closed')
})

it('says how CPU was counted where that is not as exact as it can be', () => {
  const told = (app: Usage['cpuSource'], sidecar: Usage['cpuSource']) => {
    const usage = {
      testapp: { app: { cpuSeconds: 1, cpuSource: app }, sidecar: { cpuSeconds: 1, cpuSource: sidecar } },
    }
    const report = reportOf({ variants: { baseline: summary, dapr: { ...summary, usage } } })
    return report.split('\n').filter((line) => /^CPU is /.test(line))
  }
  for (const source of ['schedstat', 'kubelet', undefined] as const) expect(told(source, source)).toEqual([])
  expect(told('stat', 'stat')).toEqual([
    'CPU is counted in hundredths of a second (/proc/PID/stat): this kernel has no finer figure.',
  ])
  expect(told('schedstat', 'ps')).toEqual([expect.stringContaining('without that of processes which')])
  expect(told('metrics.k8s.io', 'kubelet')).toEqual([expect.stringContaining('averages')])
})

it('shows CPU per request, and the check that failed with its figures', () => {
  const report = reportOf()
  expect(report).toMatch(/^testapp's sidecar +1\.00 s +1000 µs +1 MiB$/m)
  expect(report).toContain('✗ rate (90 of 100 qps)')
  expect(report).toContain('failed, results in .')
})

it('shows each further variant with what it has and adds', () => {
  const comparisons = ['dapr', 'tracing'].map((variant) => comparisonWith(variant, { percentile: 50 }))
  const report = reportOf({ comparisons, variants: { ...result.variants, tracing: summary } })
  expect(report).toMatch(/^ms +baseline +Dapr +Dapr adds +tracing +tracing adds$/m)
  expect(report).toMatch(/^mean +1\.000 +3\.000 +\+2\.000 +3\.000 +\+2\.000$/m)
  expect(report).toContain('during the tracing load')
})

it('begins with the answer, or why there is none, before any table', () => {
  const failed = { ...summary, targetRate: 1000, achievedRate: 640, due: 10_000, sentInTime: 6400 }
  expect(reportOf({ outcome: 'passed', checks: [] }).split('\n')[2]).toMatch(
    /^With Dapr the median response takes/,
  )
  expect(reportOf({ variants: { baseline: summary, dapr: failed } }).split('\n')[2]).toBe(
    'Failed: Dapr took 640 of 1000 qps',
  )
})

it('shows a run that is not valid with its checks', () => {
  const check = { id: 'own', name: 'late', passed: false, detail: '18 %', ifNotMet: 'not valid' as const }
  const report = reportOf({ outcome: 'not valid', checks: [check] })
  expect(report).toContain('✗ late (18 %)')
  expect(report).toContain('not valid, results in .')
})

it('says of a case that could not be finished why', () => {
  const fields = { outcome: 'error', error: 'testapp was killed', comparisons: [], variants: {} } as const
  const report = reportOf({ ...fields, comparisons: [] })
  expect(report).toContain('error: testapp was killed')
})

it('shows the figures of a case with a single variant', () => {
  const percentiles = [{ percentile: 50, value: 1.234, bucket: { start: 1, end: 2 } }]
  const report = reportOf({ comparisons: [], variants: { dapr: { ...summary, percentiles } } })
  expect(report).toMatch(/^ms +Dapr$/m)
  expect(report).toMatch(/^p50 +1\.234$/m)
  expect(report).toMatch(/^achieved qps +100\.0$/m)
  expect(report).toMatch(/^during the Dapr load +CPU/m)
  expect(report).not.toContain('adds')
})

it('of several cases there is one table, the unfinished ones among them, and counts those that were not started', () => {
  const results = [
    { ...result, outcome: 'passed' as const },
    { ...result, case: 'other', outcome: 'interrupted' as const, comparisons: [] },
    { ...result, case: 'late', outcome: 'not valid' as const },
  ]
  const report = stripVTControlCharacters(overviewOf(results, 8) ?? '')
  expect(report).toMatch(/^a_case +1\.000 +0\.500 +−0\.500 +100\.0 +passed$/m)
  expect(report).toMatch(/^other +interrupted$/m)
  expect(report).toMatch(/^late +1\.000 .* +not valid$/m)
  expect(report).toContain('1 of 8 cases passed, 5 not started\n')
  expect(overviewOf(results, 3)).toContain('1 of 3 cases passed\n')
  expect(overviewOf(results.slice(1, 2), 3)).toBeUndefined()
})

it("says in one line what the cluster's admission added to the pods", () => {
  const cluster = { kubernetes: 'v1.34', context: 'kind', namespace: 'n', nodes: [] }
  const admission = {
    testapp: ['container istio-proxy', 'variable HTTP_PROXY of daprd'],
    tester: ['hostNetwork'],
  }
  const dapr = { mtls: true, apiLogging: false, metrics: true, tracing: false, nameResolution: 'kubernetes' }
  const environment = {
    platform: 'kubernetes' as const,
    programs: { apps: {} },
    dapr: { ...dapr, configuration: {}, components: [] },
  }
  expect(reportOf({ environment: { ...environment, cluster: { ...cluster, admission } } })).toMatch(
    /^! the cluster's admission .*: testapp: container istio-proxy, variable HTTP_PROXY of daprd; tester: hostNetwork$/m,
  )
  expect(reportOf({ environment: { ...environment, cluster } })).not.toContain('admission')
})
