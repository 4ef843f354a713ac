import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root, temporaryFolder } from './cli.js'
import { runHere } from './in-process.js'

const earlier = join(root, 'packages/perf-sdk/test/fixtures/results-b8d7776')

/** What `report` prints of an earlier run. */
async function reportOf(name: string): Promise<string> {
  const { code, stdout, stderr } = await runHere(['report', join(earlier, name)])
  expect([code, stderr]).toEqual([0, ''])
  return stdout
}

describe('report shows of a run of an earlier version', () => {
  it('its figures, checks and outcome', async () => {
    const text = await reportOf('run-passed')
    expect(text).toMatch(/^50 qps over 2 connections, payload of 16 B, 6s per variant$/m)
    expect(text).toMatch(/^daprd 1\.18\.2, fortio 1\.16\.1, 2 × /m)
    expect(text).toMatch(/^p50 +0\.573 +3\.926 +\+3\.332 \(2\.466 to 4\.199\)$/m)
    expect(text).toMatch(/^achieved qps +50\.0 +49\.8$/m)
    expect(text).toContain('✓ dapr: every response is a success (300 of 300)')
    expect(text).toMatch(/^! budget: added p90 of at most 2 ms: not met \(5\.18 ms; not enforced/m)
    expect(text).toMatch(/^passed, results in /m)
  })

  it('what is not known of it as unknown, or not at all', async () => {
    const text = await reportOf('run-passed')
    expect(text).toMatch(/^Compared with the baseline, the median response takes 3\.3 ms longer/m)
    expect(text).toMatch(/^machine use: unknown$/m)
    expect(text).not.toMatch(/undefined|NaN|opened again|sent late, the latest/)
  })

  it('how much of it was late, as far as it knows that', async () => {
    expect(await reportOf('run-failed-late')).toContain(
      '! baseline: 4.3 % of the requests were sent late, the latest by 14.509 ms',
    )
  })

  it.each([
    ['run-passed-unlimited', /^no rate limit over 2 connections/m, /^passed, /m],
    ['run-failed-budget', /^✗ budget: added p90 of at most 0\.01 ms: not met \(5\.70 ms\)$/m, /^failed, /m],
    ['run-failed-late', /^Failed: .*the Dapr load were sent late/m, /^failed, /m],
    ['run-error-at-first', /^error: baseline warm-up failed/m, /^results in /m],
    ['run-error-later', /^error: testapp was killed by SIGKILL/m, /^results in /m],
    ['run-interrupted', /^interrupted: interrupted by SIGINT$/m, /^results in /m],
  ])('its outcome: %s', async (name, ...lines) => {
    const text = await reportOf(name)
    for (const line of lines) expect(text).toMatch(line)
  })
})

it.each([
  ['ab-slower', /^slower, results in /m, /^allocations per request \+18\.7 % \(15\.0 to 22\.5 %\): more$/m],
  [
    'ab-not-slower',
    /^not slower, results in /m,
    /^8 of 8 blocks of .*: all metrics of the gate are decided$/m,
  ],
  [
    'ab-cant-tell',
    /^can't tell: try a longer --max-time or --arrivals uniform/m,
    /^8 of 8 blocks of .*: all blocks/m,
  ],
  [
    'ab-error',
    /^error: variant b: testapp's sidecar \(daprd\) was killed by SIGKILL/m,
    /^no answer yet after 1 blocks$/m,
  ],
  ['ab-interrupted', /^interrupted, results in /m, /^1 of 8 blocks of .*: interrupted$/m],
])(
  'report shows of a comparison of an earlier version its load, blocks and outcome: %s',
  async (name, ...lines) => {
    const text = await reportOf(name)
    expect(text).toMatch(
      /^200 qps of both together, bursts, over 2 connections of each, payload of 16 B, 2 × /m,
    )
    for (const line of lines) expect(text).toMatch(line)
    expect(text).not.toMatch(/undefined|NaN/)
  },
)

it('two runs of an earlier version are compared', async () => {
  const { code, stdout, stderr } = await runHere([
    'compare',
    join(earlier, 'run-passed'),
    join(earlier, 'run-passed-again'),
  ])
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^dapr: mean, ms +4\.267 +\d\.\d{3} +[+−]\d+\.\d % +\S+ to \S+ %/m)
  expect(stdout).not.toContain('differ in more than Dapr')
})

/** A run of the current form: an earlier one with what it lacks. @returns its folder */
function newRun(): string {
  const folder = temporaryFolder()
  cpSync(join(earlier, 'run-passed-again'), folder, { recursive: true })
  const file = join(folder, 'service_invocation_http/result.json')
  const result = JSON.parse(readFileSync(file, 'utf8'))
  const extraConnections = { opened: 0, sentAgain: 0 }
  // biome-ignore lint/suspicious/noExplicitAny: as it was written
  const rated = ({ late: _, ...one }: any) => ({ ...one, extraConnections })
  const variants = Object.entries(result.variants).map(([name, summary]) => [name, rated(summary)])
  writeFileSync(
    file,
    JSON.stringify({
      ...result,
      schemaVersion: 3,
      seed: 'a seed',
      params: { ...result.params, arrivals: 'bursts' },
      loads: result.loads.map((load: unknown) => ({ ...rated(load), arrivals: 'bursts' })),
      variants: Object.fromEntries(variants),
    }),
  )
  return folder
}

it('an earlier run and a new one differ by what the earlier one does not know, and are compared anyway', async () => {
  const runs = [join(earlier, 'run-passed'), newRun()]
  const refused = await runHere(['compare', ...runs])
  expect(refused.code).toBe(2)
  expect(refused.stderr).toMatch(/^ {2}the arrivals: \w+ and bursts$/m)
  const { code, stdout } = await runHere(['compare', ...runs, '--anyway'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^! they differ in more than Dapr: the arrivals: \w+ and bursts$/m)
  expect(stdout).toMatch(/^dapr: p50, ms +3\.9\d\d /m)
})

it('a result that cannot be read is one line of the report, and the others are shown', async () => {
  const folder = temporaryFolder()
  cpSync(join(earlier, 'run-passed'), folder, { recursive: true })
  const broken = JSON.parse(readFileSync(join(folder, 'service_invocation_http/result.json'), 'utf8'))
  broken.params.qps = 'many'
  mkdirSync(join(folder, 'broken'))
  writeFileSync(join(folder, 'broken/result.json'), JSON.stringify(broken))
  const { code, stdout } = await runHere(['report', folder])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^passed, results in /m)
  const lines = stdout.split('\n').filter((line) => line.startsWith('! ') && line.includes('broken'))
  expect(lines).toEqual([expect.stringMatching(/^! .*broken\/result\.json: params\.qps: Invalid input/)])
})
