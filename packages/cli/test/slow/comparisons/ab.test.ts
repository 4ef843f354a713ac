import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { execa } from 'execa'
import { abResultSchema, answersFrom } from 'perf-sdk/runner'
import { expect, it } from 'vitest'
import { slowDapr } from '../../../../dapr/test/slow-dapr.js'
import { Cli, copiedCase, program, readResult, temporaryFolder } from '../../cli.js'

const load = ['--qps', '200', '--connections', '4', '--payload-size', '16']
// On a busy machine CPU per request differs from block to block by a few percent, but the average by 20 %.
const few = ['--blocks', '8', '--min-effect', '25%', '--gate', 'cpu']
const gogc = ['--b-env', 'GOGC=90']

/** A case whose verify step compares the counters of both sidecars with what was sent to the variant. */
const countingCase = () =>
  copiedCase('counted', (text) =>
    text
      .replace(/import \{ (.*) \} from 'perf-sdk'/, "import { $1, checkSidecarCount } from 'perf-sdk'")
      .replace(
        '  targets: {',
        `  verify: async (test, { sent }) => [
    await checkSidecarCount(test, 'received', {
      appName: 'testapp',
      what: 'invocations',
      metric: { name: 'dapr_runtime_service_invocation_req_recv_total', labels: { src_app_id: 'tester' } },
      expected: sent.dapr as number,
    }),
    await checkSidecarCount(test, 'sent', {
      appName: 'tester',
      what: 'invocations',
      metric: { name: 'dapr_runtime_service_invocation_req_sent_total', labels: { dst_app_id: 'testapp' } },
      expected: sent.dapr as number,
    }),
  ],
  targets: {`,
      ),
  )

it('says that unchanged code is not slower; no request of a variant reaches the other, by the counters of all sidecars', async () => {
  const out = temporaryFolder()
  const cli = new Cli(['ab', 'counted', ...load, ...few, '--out', out], undefined, { cwd: countingCase() })
  expect(await cli.ended, cli.stderr).toBe(2) // nothing says what B is
  const same = new Cli(
    ['ab', 'counted', '--b', await pinned(), '--a', await pinned(), ...load, ...few, '--out', out],
    undefined,
    {
      cwd: countingCase(),
    },
  )
  const code = await same.ended
  expect(code, same.stdout + same.stderr).toBeOneOf([0, 3])
  const result = abResultSchema.parse(readResult(out, 'counted'))
  expect(result.differences).toEqual([
    'A and B are the same program with the same settings: what differs is noise',
  ])
  expect(result.blocks).toHaveLength(8)
  for (const { variants, machine, cpuSource } of result.blocks) {
    expect(variants.a.due).toBeGreaterThan(0)
    expect(variants.a.due).toBe(variants.b.due)
    expect(machine?.busySeconds).toBeGreaterThan(0)
    expect(variants.a.cpuSeconds).toBeGreaterThan(0)
    expect(variants.a.allocations).toBeGreaterThan(variants.a.requests)
    expect(cpuSource).toBe('schedstat')
  }
  expect(result.answers).toEqual(JSON.parse(JSON.stringify(answersFrom(result))))
  expect(readdirSync(join(out, 'latest/counted/logs'))).toEqual(
    ['block-8', 'tester.app.log', 'testapp.app.log'].sort(),
  )
  const report = [program, 'report', join(out, 'latest')]
  const again = await execa(process.execPath, report, { env: { NO_COLOR: '1' } })
  expect(again.stdout.trim()).toBe(readFileSync(join(out, 'latest/counted/report.txt'), 'utf8').trim())
})

/** A case that makes its loads itself. */
const caseWithTest = () =>
  copiedCase('own_test', (text) =>
    text
      .replace(/import \{ (.*) \} from 'perf-sdk'/, "import { compare, measure, $1 } from 'perf-sdk'")
      .replace("duration: '1m'", "duration: '500ms'")
      .replace(/ {2}targets: \{([^}]*)\},/, '  test: async (test) => compare(await measure(test, {$1})),'),
  )

it('runs a case with its own test function whole for each variant', async () => {
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
  const { params, arrivals, blocks } = abResultSchema.parse(readResult(out, 'own_test'))
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

it('exits with 4 where the load generator is the limit, and blames neither variant', async () => {
  const cli = new Cli(['ab', 'service_invocation_http', ...gogc, ...load, ...few, '--out', temporaryFolder()])
  await stopGeneratorNowAndThen(cli)
  expect(await cli.ended, cli.stdout + cli.stderr).toBe(4)
  expect(cli.stdout).toMatch(
    /^error: the load generator was the limit: .*Stop other programs, or lower --qps$/m,
  )
  expect(cli.stdout).not.toMatch(/variant [ab]:/)
})

it('ends after Ctrl+C with what is known so far', async () => {
  const out = temporaryFolder()
  const cli = new Cli(['ab', 'service_invocation_http', ...gogc, ...load, ...few, '--out', out])
  await cli.printed('blocks 2 of 8')
  cli.kill('SIGINT')
  expect(await cli.ended, cli.stderr).toBe(130)
  expect(cli.stdout).toContain('of 8 blocks')
  expect(cli.stdout).toContain('no answer yet')
  expect(cli.processes()).toEqual([])
  expect(readResult(out, 'service_invocation_http')).toMatchObject({
    outcome: 'interrupted',
    end: 'interrupted',
  })
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

/** The pinned daprd. */
async function pinned(): Promise<string> {
  const { locateDaprd } = await import('@dapr-perf/dapr')
  return (await locateDaprd()).path
}

/** Stops the load generator for 200 ms of each second, as long as the command runs. */
async function stopGeneratorNowAndThen(cli: Cli): Promise<void> {
  const ended = cli.ended.then(() => true)
  while (!(await Promise.race([ended, setTimeout(800, false)]))) {
    const generators = cli.processes().filter(({ command }) => command.includes('fortio load '))
    for (const { pid } of generators) signal(pid, 'SIGSTOP')
    await setTimeout(200)
    for (const { pid } of generators) signal(pid, 'SIGCONT')
  }
}

/** Signals a process that may have ended meanwhile. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

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
