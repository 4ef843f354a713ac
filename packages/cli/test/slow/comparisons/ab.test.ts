import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { execa } from 'execa'
import { abResultSchema, answersFrom } from 'perf-sdk/runner'
import { expect, it } from 'vitest'
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

it('exits with 4 where the load generator is the limit, and blames neither variant', async () => {
  const cli = new Cli(['ab', 'service_invocation_http', ...gogc, ...load, ...few, '--out', temporaryFolder()])
  await stopGeneratorNowAndThen(cli)
  expect(await cli.ended, cli.stdout + cli.stderr).toBe(4)
  expect(cli.stdout).toMatch(
    /^error: the load generator was the limit: .*Stop other programs, or lower --qps$/m,
  )
  expect(cli.stdout).not.toMatch(/variant [ab]:/)
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
