import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { daprVersion } from '@dapr-perf/dapr'
import { execa } from 'execa'
import type { Result } from 'perf-sdk'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Cli, copiedCase, program, root, temporaryFolder } from '../cli.js'

const sum = /^[0-9a-f]{64}$/
const load = ['--qps', '50', '--connections', '2', '--payload-size', '16']

/** Where control groups with limits of processors can be made here, if this user may: of v1, or of v2. */
const groups = ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup'].filter((folder) => {
  const isV1 = existsSync(join(folder, 'cpu.cfs_period_us'))
  const subtree = join(folder, 'cgroup.subtree_control')
  const isV2 = existsSync(subtree) && readFileSync(subtree, 'utf8').includes('cpu')
  return process.getuid?.() === 0 && (isV1 || isV2)
})

/** A control group of this test's own whose processes may use 0.4 cores. */
function limitedGroup(): string {
  const group = mkdtempSync(join(groups[0] as string, 'dapr-perf-test-'))
  onTestFinished(() => rmdirSync(group))
  if (existsSync(join(group, 'cpu.max'))) writeFileSync(join(group, 'cpu.max'), '40000 100000')
  else writeFileSync(join(group, 'cpu.cfs_quota_us'), '40000')
  return group
}

function readResult(out: string, name = 'service_invocation_http') {
  const folder = join(realpathSync(join(out, 'latest')), name)
  return { folder, result: JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) }
}

describe('a run, with a real daprd and a real fortio', () => {
  it('measures baseline and Dapr, in rounds, and leaves nothing running', async () => {
    const out = temporaryFolder()
    const args = ['run', 'service_invocation_http', ...load, '--duration', '2s', '--rounds', '2']
    // With these, daprd would answer 401, and the apps would not start.
    const env = { DAPR_API_TOKEN: 'secret', APP_API_TOKEN: 'secret', PORT: 'none', SUBSCRIBE_TOPIC: 'x' }
    const cli = new Cli([...args, '--out', out], undefined, { env })
    await cli.passed()
    expect(cli.processes()).toEqual([])

    const { folder, result } = readResult(out)
    expect(result).toMatchObject({
      schemaVersion: 3,
      case: 'service_invocation_http',
      params: { qps: 50, arrivals: 'bursts', connections: 2, duration: '2s', payloadSize: 16 },
      environment: {
        platform: 'local',
        programs: {
          daprd: {
            version: await daprVersion(),
            path: expect.stringMatching(/daprd/),
            sha256: expect.stringMatching(sum),
          },
          fortio: { path: expect.stringMatching(/fortio$/), sha256: expect.stringMatching(sum) },
          apps: {
            testapp: {
              files: [{ path: expect.stringMatching(/main\.cjs$/), sha256: expect.stringMatching(sum) }],
              node: process.versions.node,
              env: {},
            },
            tester: { node: process.versions.node },
          },
        },
        dapr: {
          mtls: false,
          apiLogging: false,
          metrics: true,
          tracing: false,
          configuration: {
            tracing: { samplingRate: '0' },
            metrics: { enabled: true },
            features: [{ name: 'HotReload', enabled: false }],
          },
          components: [],
        },
      },
    })
    const { loads, variants } = result as Result
    expect(loads.map(({ variant, round }) => `${variant} ${round}`)).toEqual([
      'baseline 1',
      'dapr 1',
      'dapr 2',
      'baseline 2',
    ])
    const starts = loads.map(({ startedAt }) => startedAt)
    expect(starts).toEqual(starts.toSorted())
    expect(new Set(starts).size).toBe(4)
    for (const load of loads) {
      expect(JSON.parse(readFileSync(join(folder, load.file), 'utf8')).RunType).toBe('HTTP')
      expect(load).toMatchObject({
        engine: { name: 'fortio', version: '1.16.1' },
        connections: 2,
        targetRate: 50,
        arrivals: 'bursts',
        due: 50,
      })
      expect(load.late?.worstMs).toBeGreaterThanOrEqual(0)
      expect(load.generatorDelay?.max).toBeGreaterThanOrEqual(0)
      const answered = load.outcomes.reduce((sum, { count }) => sum + count, 0)
      expect(load.sent).toBe(answered + 2)
      expect(answered).toBe(load.sentInTime)
    }
    for (const { percentiles, max } of Object.values(variants)) {
      for (const { percentile, value, bucket } of percentiles) {
        expect(value === null, `p${percentile} of 100 requests`).toBe(percentile >= 99)
        if (value === null || bucket === null) continue
        expect(value).toBeGreaterThanOrEqual(bucket.start)
        expect(value).toBeLessThanOrEqual(bucket.end)
        expect(value).toBeLessThanOrEqual(max)
      }
    }
    if (process.platform === 'linux')
      for (const { machine } of Object.values(variants)) {
        expect(machine?.busyShare).toBeGreaterThan(0)
        expect(machine?.busyShare).toBeLessThanOrEqual(1)
        expect(machine?.othersSeconds).toBeGreaterThanOrEqual(0)
      }
    const { sidecar } = result.variants.dapr.usage.testapp
    expect(sidecar.cpuSeconds).toBeGreaterThan(0)
    expect(sidecar.peakAnonymousBytes).toBeGreaterThan(10_000_000)
    expect(sidecar.peakAnonymousBytes).toBeLessThan(100_000_000) // its program file alone has 200 MB
    expect(readdirSync(join(folder, 'logs')).sort()).toEqual(
      ['tester.app.log', 'tester.daprd.log', 'testapp.app.log', 'testapp.daprd.log'].sort(),
    )
    expect(existsSync(join(folder, '../report.txt'))).toBe(true)
    expect(cli.stdout).toMatch(/^p95 +\d/m)
    expect(cli.stdout).toMatch(/^p99\.9 +\? +\? +\?$/m)
    expect(cli.stdout).not.toContain('restart') // nothing restarts here
  })

  it("reports fortio's own percentiles", async () => {
    const out = temporaryFolder()
    const cli = new Cli(['run', 'service_invocation_http', ...load, '--duration', '1s', '--out', out])
    await cli.passed()
    const { folder, result } = readResult(out)
    for (const variant of ['baseline', 'dapr']) {
      const fortio = JSON.parse(readFileSync(join(folder, 'fortio', `${variant}-1.json`), 'utf8'))
      for (const { Percentile, Value } of fortio.DurationHistogram.Percentiles) {
        const ours = result.variants[variant].percentiles.find(
          (point: { percentile: number }) => point.percentile === Percentile,
        )
        if (Percentile < 99) expect(ours.value).toBeCloseTo(Value * 1000, 5)
        else expect(ours.value).toBeNull() // of 50 requests
      }
    }
  })

  it("listens on 127.0.0.1 only, and has nothing of the user's variables that changes how programs run", async () => {
    const args = ['run', 'service_invocation_http', ...load, '--duration', '5s', '--out', temporaryFolder()]
    const env = {
      GOGC: '10',
      GODEBUG: 'madvdontneed=1',
      NODE_OPTIONS: '--no-deprecation',
      OTEL_SERVICE_NAME: 'x',
    }
    const cli = new Cli(args, undefined, { env })
    await cli.printed('baseline load')
    await expect
      .poll(() =>
        cli
          .processes()
          .map(({ command }) => command)
          .join(),
      )
      .toContain('fortio load')
    for (const { pid, command } of cli.processes()) {
      const environ = readFileSync(`/proc/${pid}/environ`, 'utf8')
      for (const name of Object.keys(env)) expect(environ, command).not.toContain(`${name}=`)
    }
    const addresses = cli.processes().flatMap(({ pid }) => listenersOf(pid))
    expect(addresses.length).toBeGreaterThanOrEqual(10)
    expect(new Set(addresses)).toEqual(new Set(['0100007F']))
    cli.kill('SIGINT')
    await cli.ended
  })

  it('keeps the names of its apps while a sidecar gets no time to renew its own', async () => {
    const args = ['run', 'service_invocation_http', ...load, '--duration', '7s', '--rounds', '1']
    const cli = new Cli([...args, '--out', temporaryFolder()])
    await cli.printed('baseline load')
    const sidecar = cli.pidOf('daprd', '--app-id=testapp')
    process.kill(sidecar, 'SIGSTOP')
    await cli.printed('dapr load')
    await pause(1_000) // what is sent meanwhile waits for the sidecar, but finds it
    process.kill(sidecar, 'SIGCONT')
    await cli.passed()
  })

  it('is not valid where a sidecar stands still, and says what its percentiles leave out', async () => {
    const out = temporaryFolder()
    const args = ['run', 'service_invocation_http', '--qps', '100', '--connections', '4', '--duration', '5s']
    const cli = new Cli([...args, '--out', out])
    await cli.printed('dapr load')
    const sidecar = cli.pidOf('daprd', '--app-id=tester')
    await expect.poll(() => cli.processes().some(({ command }) => command.includes('fortio load'))).toBe(true)
    await pause(1_000) // within the load, which has begun
    process.kill(sidecar, 'SIGSTOP')
    await pause(2_000)
    process.kill(sidecar, 'SIGCONT')
    expect(await cli.ended, cli.stdout).toBe(3)
    expect(cli.stdout).toMatch(
      /^Not valid: .*\d % of the requests of the Dapr load were sent late \(limit 5 %\)/m,
    )
    expect(cli.stdout).toMatch(/^✗ dapr: at most 5 % of the requests are sent late/m)
    expect(cli.stdout).toMatch(/^! Dapr: [\d.]+ % of the requests were sent late/m)
    const { late, max } = readResult(out).result.variants.dapr
    expect(late.percent).toBeGreaterThan(10)
    expect(late.worstMs).toBeGreaterThan(1_000)
    expect(max).toBeGreaterThan(1_500)
  })

  it.runIf(process.platform === 'linux')('counts the cores that it may use', async () => {
    const out = temporaryFolder()
    const [, first = '0'] =
      /^Cpus_allowed_list:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    const onOneCore = (...args: string[]) =>
      execa('taskset', ['-c', first, process.execPath, program, ...args], {
        env: { XDG_STATE_HOME: temporaryFolder() },
        cwd: root,
        reject: false,
      })
    await onOneCore('run', 'service_invocation_http', ...load, '--duration', '1s', '--out', out)
    expect(readResult(out).result.environment.host.cores).toBe(1)
    expect((await onOneCore('doctor')).stdout).toContain('cores: 1')
  })

  it.runIf(groups.length > 0)(
    'says what its control group lets it use of the processors, and that this was used up',
    async () => {
      const out = temporaryFolder()
      const args = ['run', 'service_invocation_http', ...load, '--duration', '2s', '--out', out]
      const inGroup = `echo $$ > ${limitedGroup()}/cgroup.procs && exec "$@"`
      await execa('sh', ['-c', inGroup, 'sh', process.execPath, program, ...args], {
        env: { XDG_STATE_HOME: temporaryFolder() },
        cwd: root,
        reject: false,
      })
      const { environment, warnings } = readResult(out).result
      expect(environment.host.cpuLimit).toBe(0.4)
      expect(warnings).toEqual([expect.stringMatching(/^programs here may use 0\.4 cores .* used them up/)])
      expect(readFileSync(join(out, 'latest/report.txt'), 'utf8')).toContain('may use 0.4 cores')
    },
  )

  it('goes on side by side with another one', async () => {
    const runs = [1, 2].map(
      () =>
        new Cli(['run', 'service_invocation_http', ...load, '--duration', '2s', '--out', temporaryFolder()]),
    )
    for (const cli of runs) await cli.passed()
  })

  it('exits with 1 where the budget is enforced and not met', async () => {
    const project = copiedCase('tight_budget', (text) => text.replace('addedMs: 2', 'addedMs: -1000'))
    const args = ['run', 'tight_budget', ...load, '--duration', '1s']
    const shown = new Cli(args, undefined, { cwd: project })
    await shown.passed()
    expect(shown.stdout).toContain('not met')
    const enforced = new Cli(args, undefined, { cwd: project, env: { DAPR_PERF_ENFORCE_BUDGET: '1' } })
    const code = await enforced.ended
    const isNotValid = enforced.stdout.includes('Not valid: ') // as a busy machine may be
    expect(code, enforced.stderr).toBe(isNotValid ? 3 : 1)
    expect(enforced.stdout, enforced.stderr).toMatch(/^✗ budget/m)
  })

  it('fails its checks, with exit code 1, where the app answers anything but 2xx', async () => {
    const project = copiedCase('wrong_path', (text) =>
      text.replace("'testapp', 'test')", "'testapp', 'nothing-here')"),
    )
    const cli = new Cli(['run', 'wrong_path', ...load, '--duration', '1s'], undefined, { cwd: project })
    expect(await cli.ended).toBe(1)
    expect(cli.stdout + cli.stderr).toContain('404')
    expect(cli.processes()).toEqual([])
  })
})

it('a case that was copied and renamed is listed and runs', async () => {
  const project = copiedCase('my_own_case')
  const list = new Cli(['list'], undefined, { cwd: project })
  await list.ended
  expect(list.stdout).toMatch(/^my_own_case /m)
  const run = new Cli(['run', 'my_own_case', ...load, '--duration', '1s'], undefined, { cwd: project })
  await run.passed()
  expect(readResult(join(project, 'results'), 'my_own_case').result.case).toBe('my_own_case')
})

/** The local addresses, in hexadecimal as in /proc/net/tcp, on which a process listens. */
function listenersOf(pid: number): string[] {
  const sockets = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)]
    } catch {
      return []
    }
  })
  return ['tcp', 'tcp6']
    .flatMap((table) => readFileSync(`/proc/net/${table}`, 'utf8').split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === '0A' && sockets.includes(`socket:[${inode}]`))
    .map(([, local]) => (local as string).split(':')[0] as string)
}
