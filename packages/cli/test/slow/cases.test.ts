import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Cli, caseNames, readResult, temporaryFolder } from '../cli.js'

const load = ['--qps', '40', '--connections', '2', '--duration', '1s']
const hasRedis = isOnPath('redis-server')

describe('all cases in one run', () => {
  it('are measured, each with its own checks, and end with one table', async () => {
    const out = temporaryFolder()
    const cli = new Cli(['run', '--all', ...load, '--out', out], undefined, {
      env: { DAPR_PAYLOAD_SIZE: '64' },
    })
    await cli.passed()
    expect(cli.processes()).toEqual([])

    const overview = cli.stdout.slice(cli.stdout.lastIndexOf('baseline p50'))
    for (const name of caseNames) {
      expect(overview).toMatch(new RegExp(`^${name} +\\d`, 'm'))
      const { baseline, dapr } = readResult(out, name).variants
      expect(baseline.requests).toBeGreaterThan(0)
      expect(dapr.requests).toBeGreaterThan(0)
      for (const { file, extraConnections } of readResult(out, name).loads)
        expect(new Set(Object.values(extraConnections)), `${name}: ${file}`).toEqual(new Set([0]))
    }
    const { mean, responseTime, late } = readResult(out, 'service_invocation_grpc').variants.dapr
    expect(responseTime.mean).toBeGreaterThanOrEqual(mean * 0.99) // each is timed by itself
    expect(late.percent).toBeGreaterThanOrEqual(0)
    const noop = readResult(out, 'state_get_grpc').variants.baseline.percentiles[0]
    expect(noop.bucket.end - noop.bucket.start).toBeLessThan(0.01)
    const checksOf = (name: string) => readResult(out, name).checks.map((check: { id: string }) => check.id)
    expect(checksOf('state_get_http')).toContain('dapr.stored-value')
    for (const name of ['pubsub_publish_http', 'pubsub_publish_grpc'])
      expect(checksOf(name)).toContain('dapr.published')
    for (const name of ['pubsub_bulk_publish_http', 'pubsub_bulk_publish_grpc']) {
      expect(checksOf(name)).toEqual(
        expect.arrayContaining(['baseline.published', 'dapr.published', 'dapr.delivered']),
      )
      expect(readResult(out, name).comparisons[0].meanPerEvent.variant).toBeGreaterThan(0)
    }
    expect(cli.stderr).toContain('state_get_http sends no body, so this is ignored: DAPR_PAYLOAD_SIZE=64')
    expect(readResult(out, 'pubsub_publish_grpc').params.payloadSize).toBe(64)
  }, 240_000)

  it('go on after one that has wrong input, and exit with 2', async () => {
    const out = temporaryFolder()
    const cli = new Cli(['run', 'state_get_grpc', 'pubsub_publish_grpc', ...load, '--out', out], undefined, {
      env: { DAPR_PERF_STATE_STORE: 'redis', REDIS_HOST: await closedPort() },
    })
    expect(await cli.ended).toBe(2)
    expect(cli.stdout).toMatch(/^state_get_grpc +error$/m)
    expect(readResult(out, 'state_get_grpc')).toMatchObject({
      outcome: 'error',
      error: expect.stringContaining('no Redis answers there'),
      loads: [],
    })
    expect(cli.stdout).toMatch(/REDIS_HOST=\S+: no Redis answers there/)
    expect(cli.stderr).toContain('pubsub_publish_grpc has no state store, so this is ignored: redis')
    expect(readResult(out, 'pubsub_publish_grpc').variants.dapr.requests).toBeGreaterThan(0)
    expect(cli.processes()).toEqual([])
  })
})

describe('state on Redis', () => {
  it.skipIf(!hasRedis)('is compared with Redis itself, and leaves nothing running', async () => {
    const out = temporaryFolder()
    const cases = ['state_get_http', 'state_get_grpc']
    const args = ['run', ...cases, ...load, '--state-store', 'redis', '--out', out]
    const cli = new Cli(args, undefined, { env: { LC_ALL: 'xx_XX.UTF-8', PATH: pathWithStrictRedis() } })
    await cli.passed()
    expect(cli.processes()).toEqual([])
    for (const name of cases) {
      const result = readResult(out, name)
      expect(result.environment.dapr.components).toMatchObject([
        {
          name: 'statestore',
          type: 'state.redis',
          metadata: {
            redisHost: expect.stringMatching(/^127\.0\.0\.1:/),
            redisPassword: '',
            keyPrefix: result.run.toLowerCase(),
          },
        },
      ])
      const { requests, outcomes } = result.variants.baseline
      expect(outcomes).toEqual([{ code: 'OK', kind: 'success', count: requests }])
    }
    const { outcomes } = readResult(out, 'state_get_http').variants.dapr
    expect(outcomes.map(({ code }: { code: string }) => code)).toEqual(['200'])
  })

  it.skipIf(!hasRedis)('takes the one that REDIS_HOST names, and leaves no key in it', async () => {
    const address = await closedPort()
    const redis = spawn('redis-server', ['--port', address.split(':')[1] as string, '--save', ''])
    onTestFinished(() => void redis.kill())
    await expect.poll(() => ask(address, 'PING').catch(() => undefined)).toBe('+PONG')
    const out = temporaryFolder()
    const cli = new Cli(['run', 'state_get_grpc', ...load, '--out', out], undefined, {
      env: { DAPR_PERF_STATE_STORE: 'redis', REDIS_HOST: address },
    })
    await cli.passed()
    expect(await ask(address, 'DBSIZE')).toBe(':0')
  })

  it('is one clear error where there is no Redis', async () => {
    const cli = new Cli(
      ['run', 'state_get_grpc', ...load, '--state-store', 'redis', '--out', temporaryFolder()],
      undefined,
      { env: { PATH: pathWithout('redis-server') } },
    )
    expect(await cli.ended).toBe(2)
    expect(cli.stderr.trimEnd().split('\n').at(-1)).toMatch(
      /^dapr-perf: redis-server could not be started: .* Install Redis .*, or set REDIS_HOST/,
    )
    expect(cli.processes()).toEqual([])
  })
})

/** A PATH whose redis-server, as Redis 7.2 and newer, does not start in a language that is not installed. */
function pathWithStrictRedis(): string {
  const bin = temporaryFolder()
  const redis = execFileSync('which', ['redis-server'], { encoding: 'utf8' }).trim()
  const check =
    'case "$LC_ALL" in xx_*) echo "Failed to configure LOCALE for invalid locale name."; exit 1;; esac'
  writeFileSync(join(bin, 'redis-server'), `#!/bin/sh\n${check}\nexec ${redis} "$@"\n`, { mode: 0o755 })
  return `${bin}:${process.env.PATH}`
}

function isOnPath(program: string): boolean {
  try {
    execFileSync('which', [program])
    return true
  } catch {
    return false
  }
}

function pathWithout(program: string): string {
  const folders = (process.env.PATH ?? '').split(':')
  return folders.filter((folder) => !readdirOf(folder).includes(program)).join(':')
}

function readdirOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** An address of this machine at which nothing listens. */
async function closedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return `127.0.0.1:${typeof address === 'object' && address?.port}`
}

/** What Redis answers to a command: its first line. */
async function ask(address: string, command: string): Promise<string> {
  const [host, port] = address.split(':')
  const socket = connect(Number(port), host)
  try {
    await once(socket, 'connect')
    socket.write(`${command}\r\n`)
    const [answer] = await once(socket, 'data')
    return String(answer).split('\r\n')[0] as string
  } finally {
    socket.destroy()
  }
}
