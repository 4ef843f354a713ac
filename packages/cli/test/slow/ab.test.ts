import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { abResultSchema } from 'perf-sdk/runner'
import { expect, it } from 'vitest'
import { slowDapr } from '../../../dapr/test/slow-dapr.js'
import { Cli, copiedCase, readResult, temporaryFolder } from '../cli.js'

// So few requests tell nothing of how late the load generator is at p99, which other tests beside these may delay.
const load = ['--qps', '40', '--connections', '1', '--payload-size', '16']
const few = ['--blocks', '8', '--min-effect', '25%', '--gate', 'cpu']
const gogc = ['--b-env', 'GOGC=90']

/** A case that makes its loads itself. */
const caseWithTest = () =>
  copiedCase('own_test', (text) =>
    text
      .replace(/import \{ (.*) \} from 'perf-sdk'/, "import { compare, measure, $1 } from 'perf-sdk'")
      .replace("duration: '1m'", "duration: '500ms'")
      .replace(/ {2}targets: \{([^}]*)\},/, '  test: async (test) => compare(await measure(test, {$1})),'),
  )

it('runs a case with its own test function whole for each variant; ends after Ctrl+C with what is known so far', async () => {
  const out = temporaryFolder()
  const options = { cwd: caseWithTest() }
  const cli = new Cli(
    ['ab', 'own_test', ...gogc, ...load, '--arrivals', 'poisson', ...few, '--out', out],
    undefined,
    options,
  )
  await cli.printed('blocks 2 of 8') // all are made alike
  cli.kill('SIGINT')
  expect(await cli.ended, cli.stdout + cli.stderr).toBe(130)
  expect(cli.stdout).toContain('of 8 blocks')
  expect(cli.stdout).toContain('no answer yet')
  expect(cli.processes()).toEqual([])
  const { params, arrivals, blocks, outcome, end } = abResultSchema.parse(readResult(out, 'own_test'))
  expect([outcome, end]).toEqual(['interrupted', 'interrupted'])
  expect(arrivals).toBe('poisson')
  expect(params.duration).toBe('500ms')
  expect(blocks.length).toBeGreaterThanOrEqual(2)
  for (const { variants, slices } of blocks) {
    expect(slices).toBeUndefined()
    for (const { requests, allocations = 0 } of Object.values(variants)) {
      expect(requests).toBeGreaterThan(0) // a busy machine sends fewer than 100
      expect(allocations).toBeGreaterThan(requests)
    }
  }
  expect(cli.stdout).toContain('500ms for each, one after the other')
})

it('exits with 4 where a side does not build, and says why', async () => {
  const { folder } = await slowDapr(join(temporaryFolder(), 'dapr'), { commits: 1, slowFrom: 2 })
  appendFileSync(join(folder, 'cmd/daprd/main.go'), '\nfunc broken( {\n')
  const cli = new Cli(['ab', 'service_invocation_http', '--b', folder, '--out', temporaryFolder()])
  expect(await cli.ended, cli.stderr).toBe(4)
  expect(cli.stderr).toMatch(/dapr-perf: --b .*: daprd can't be built: .*main\.go/s)
})

it('exits with 4 where a sidecar dies in a block, says which one, and leaves nothing behind', async () => {
  const out = temporaryFolder()
  const cli = new Cli(['ab', 'service_invocation_http', ...gogc, ...load, ...few, '--out', out])
  await cli.printed('blocks 1 of 8')
  const sidecar = await nextSidecar(cli)
  process.kill(sidecar, 'SIGKILL')
  expect(await cli.ended, cli.stderr).toBe(4)
  expect(cli.stdout).toMatch(
    /error: variant [ab]: (testapp|tester)'s sidecar \(daprd\) was killed by SIGKILL/,
  )
  expect(cli.processes()).toEqual([])
  const { outcome, blocks } = readResult(out, 'service_invocation_http')
  expect(outcome).toBe('error')
  expect(blocks.length).toBeGreaterThan(0)
  expect(existsSync(join(out, 'latest/service_invocation_http/logs/block-2'))).toBe(true)
})

it('a side whose Dapr answers with errors is named, and in a bisection such a commit is skipped', async () => {
  const configuration = join(temporaryFolder(), 'denied.yaml')
  writeFileSync(configuration, 'api: { denied: [{ name: invoke, version: v1.0, protocol: http }] }')
  const args = ['ab', 'service_invocation_http', '--b-config', configuration, ...load, ...few, '--bisect']
  const cli = new Cli([...args, '--out', temporaryFolder()])
  expect(await cli.ended, cli.stdout + cli.stderr).toBe(125)
  expect(cli.stdout).toMatch(/^error: variant b: [\s\S]*the first request to b, http\S+ error 404/m)
})

it('says how long it has to measure at least', async () => {
  const cli = new Cli([
    'ab',
    'service_invocation_http',
    ...gogc,
    ...load,
    '--max-time',
    '10s',
    '--out',
    temporaryFolder(),
  ])
  expect(await cli.ended, cli.stderr).toBe(2)
  expect(cli.stdout).toMatch(/an answer needs 8 after a trial: --max-time \d+s is the least/)
})

/** A sidecar of the next block: one that does not run yet. */
async function nextSidecar(cli: Cli): Promise<number> {
  const sidecars = () => cli.processes().filter(({ command }) => command.includes('--app-id='))
  const before = new Set(sidecars().map(({ pid }) => pid))
  for (;;) {
    const found = sidecars().find(({ pid }) => !before.has(pid))
    if (found) return found.pid
    await setTimeout(20)
  }
}
