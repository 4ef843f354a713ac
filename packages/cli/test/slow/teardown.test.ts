import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Cli, copiedCase, projectOf, temporaryFolder } from '../cli.js'
import { ownApp, ownCase } from '../own-app.js'

const load = ['--qps', '50', '--connections', '2', '--payload-size', '16']

/** A run that is in its only load of the baseline for 9 s, unless it is ended before. */
function longRun(stateFolder?: string, out = temporaryFolder(), env: NodeJS.ProcessEnv = {}) {
  const duration = ['--duration', '9s', '--rounds', '1']
  const args = ['run', 'service_invocation_http', ...load, ...duration, '--out', out]
  return new Cli(args, stateFolder, { env })
}

/** A run with an app that does not stop when it is told to, so that its teardown takes 5 s. */
function runWithSlowTeardown(duration: string) {
  const project = projectOf('own_app', ownCase({ command: ['node', 'hello.mjs'] }))
  writeFileSync(join(project, 'tests/own_app/hello.mjs'), `process.on('SIGTERM', () => {})\n${ownApp}`)
  const args = ['run', 'own_app', ...load, '--duration', duration, '--rounds', '1']
  return new Cli(args, undefined, { cwd: project })
}

describe('Ctrl+C', () => {
  it.each(['looking for daprd', 'waiting for testapp'])(
    'while it prints "%s" tears down and exits with 130',
    async (phase) => {
      await endsAfter(longRun(), phase)
    },
  )

  it('while it prints "dapr load" tears down and exits with 130', async () => {
    const duration = ['--duration', '4s', '--rounds', '2']
    const args = ['run', 'service_invocation_http', ...load, ...duration, '--out', temporaryFolder()]
    await endsAfter(new Cli(args), 'dapr load')
  })

  async function endsAfter(cli: Cli, phase: string) {
    await cli.printed(phase)
    cli.kill('SIGINT')
    expect(await cli.ended, cli.stderr).toBe(130)
    expect(cli.stderr).toContain('interrupted by SIGINT')
    expect(cli.processes()).toEqual([])
  }

  it('again, within the teardown, does not break it', async () => {
    const cli = runWithSlowTeardown('9s')
    await cli.printed('baseline load')
    cli.kill('SIGINT')
    await cli.printed('tearing down')
    cli.kill('SIGINT')
    cli.kill('SIGINT')
    expect(await cli.ended, cli.stderr).toBe(130)
    expect(cli.processes()).toEqual([])
  })

  it('in the teardown of a run that has ended tears down and exits with 130', async () => {
    const cli = runWithSlowTeardown('1s')
    await cli.printed('tearing down')
    cli.kill('SIGINT')
    expect(await cli.ended, cli.stderr).toBe(130)
    expect(cli.processes()).toEqual([])
  })

  it('by SIGTERM is the same', async () => {
    const cli = longRun()
    await cli.printed('baseline load')
    cli.kill('SIGTERM')
    expect(await cli.ended, cli.stderr).toBe(130)
    expect(cli.processes()).toEqual([])
  })
})

it('a terminal that is closed ends a run as Ctrl+C does, with its result', async () => {
  const out = temporaryFolder()
  const cli = longRun(undefined, out)
  await cli.printed('baseline load')
  cli.hangUp()
  expect(await cli.ended).toBe(130)
  const result = readFileSync(join(out, 'latest/service_invocation_http/result.json'), 'utf8')
  expect(JSON.parse(result)).toMatchObject({ outcome: 'interrupted', error: 'interrupted by SIGHUP' })
  expect(cli.processes()).toEqual([])
})

describe('an error that nobody caught', () => {
  it('tears down, and is shown', async () => {
    const boom = "setTimeout(() => { throw new Error('boom') }, 1_000)\n    await httpGetNTimes"
    const project = copiedCase('uncaught', (text) => text.replace('await httpGetNTimes', boom))
    const args = ['run', 'uncaught', ...load, '--duration', '9s', '--rounds', '1']
    const cli = new Cli(args, undefined, { cwd: project })
    expect(await cli.ended).toBe(1)
    expect(cli.stderr).toContain('Error: boom')
    const result = readFileSync(join(project, 'results/latest/uncaught/result.json'), 'utf8')
    expect(JSON.parse(result).outcome).toBe('error')
    expect(JSON.parse(result).error).toMatch(/^Error: boom\n.*uncaught\/case\.ts:\d+/s)
    expect(cli.processes()).toEqual([])
  })
})

describe('a process that is killed in the middle of a load', () => {
  it.each([
    ['testapp', ['testapp-http', 'main.cjs'], 'testapp was killed by SIGKILL'],
    ["tester's sidecar", ['daprd', '--app-id=tester'], "tester's sidecar (daprd) was killed by SIGKILL"],
    ['fortio', ['fortio', 'load'], 'fortio was killed by SIGKILL'],
  ])('%s ends the run before the load would, with an error that says so', async (name, words, message) => {
    const cli = longRun()
    await cli.printed('baseline load')
    const isLoading = () =>
      cli.processes().some(({ pid, command }) => command.includes('-qps 50') && hasConnection(pid))
    await expect.poll(isLoading, { timeout: 10_000 }).toBe(true)
    process.kill(cli.pidOf(...words), 'SIGKILL')
    expect(await cli.ended).toBe(1)
    expect(cli.stderr).not.toContain('dapr load')
    expect(cli.stderr).toContain(message)
    expect(cli.stderr).toContain(name === 'fortio' ? 'Fortio 1.16.1 running' : 'Last lines of ')
    expect(cli.processes()).toEqual([])
  })
})

describe('a run that was killed', () => {
  async function killedRun(env: NodeJS.ProcessEnv = {}) {
    const cli = longRun(undefined, temporaryFolder(), env)
    await cli.printed('baseline load')
    cli.kill('SIGKILL')
    await cli.ended
    expect(cli.processes().length).toBeGreaterThanOrEqual(4)
    return cli
  }

  it('is removed by clean, and a run that is alive is not', async () => {
    const killed = await killedRun()
    const alive = longRun(killed.stateFolder)
    await alive.printed('looking for daprd')
    await alive.printed('stopped ')
    await alive.printed('baseline load')
    const before = alive.processes().map(({ pid }) => pid)
    const clean = new Cli(['clean'], killed.stateFolder)
    expect(await clean.ended).toBe(0)
    expect(clean.stdout).toBe('nothing was left over\n')
    expect(alive.processes().map(({ pid }) => pid)).toEqual(expect.arrayContaining(before))
    alive.kill('SIGINT')
    expect(await alive.ended).toBe(130)
    expect(alive.processes()).toEqual([])
  })

  it('is removed by clean, which names what it ended, with its temporary files', async () => {
    const TMPDIR = temporaryFolder()
    const killed = await killedRun({ TMPDIR })
    const ofRun = () => readdirSync(TMPDIR).filter((name) => name.startsWith('dapr-perf-'))
    expect(ofRun()).toHaveLength(1)
    expect(existsSync(join(TMPDIR, ofRun()[0] as string, 'dapr/configuration.yaml'))).toBe(true)
    const clean = new Cli(['clean'], killed.stateFolder)
    expect(await clean.ended).toBe(0)
    for (const name of ['testapp', 'tester', "testapp's sidecar (daprd)", "tester's sidecar (daprd)"]) {
      expect(clean.stdout).toContain(`stopped ${name} (pid `)
    }
    await expect.poll(() => killed.processes()).toEqual([])
    expect(ofRun()).toEqual([])
  })

  it('is removed by clean with the build of daprd that it was killed in', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'go'), '#!/bin/sh\nsleep 1000 & wait\n', { mode: 0o755 })
    const building = new Cli(['run', 'service_invocation_http', '--out', folder], undefined, {
      env: {
        DAPR_PERF_DAPRD: '',
        DAPR_PERF_RELEASE_URL: 'http://127.0.0.1:1',
        HOME: folder,
        XDG_CACHE_HOME: join(folder, 'cache'),
        PATH: `${folder}:${process.env.PATH}`,
      },
    })
    await building.printed('building')
    const isBuilding = () => building.processes().some(({ command }) => command.startsWith('sleep'))
    await expect.poll(isBuilding).toBe(true)
    building.kill('SIGKILL')
    await building.ended
    expect(isBuilding()).toBe(true)
    expect(await new Cli(['clean'], building.stateFolder).ended).toBe(0)
    await expect.poll(() => building.processes()).toEqual([])
  })
})

describe('a disk that is full', () => {
  function smallDisk(size: string): string {
    const folder = join(temporaryFolder(), 'disk')
    mkdirSync(folder)
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder])
    onTestFinished(() => void execFileSync('umount', ['-l', folder]))
    return folder
  }

  it.runIf(process.getuid?.() === 0)('before the run is one clear error', async () => {
    const cli = longRun(undefined, smallDisk('1m'))
    expect(await cli.ended).toBe(1)
    expect(cli.stderr.trimEnd().split('\n').at(-1)).toContain('KiB left, and results need at least 8 MiB')
    expect(cli.processes()).toEqual([])
  })

  it.runIf(process.getuid?.() === 0)(
    'during the run is one clear error, and nothing is left running',
    async () => {
      const disk = smallDisk('12m')
      const cli = new Cli(['run', 'service_invocation_http', ...load, '--duration', '2s', '--out', disk])
      await cli.printed('baseline load')
      expect(() => writeFileSync(join(disk, 'filler'), Buffer.alloc(12 * 1024 * 1024))).toThrow('ENOSPC')
      expect(await cli.ended).toBe(1)
      expect(cli.stderr.trimEnd().split('\n').at(-1)).toContain('no space left on its disk')
      expect(cli.processes()).toEqual([])
    },
  )
})

/** Whether a process has a socket besides its standard error, which Node.js makes one. */
function hasConnection(pid: number): boolean {
  const folder = `/proc/${pid}/fd`
  try {
    const files = readdirSync(folder).map((fd) => readlinkSync(join(folder, fd)))
    return files.filter((file) => file.startsWith('socket:')).length > 1
  } catch {
    return false // it has ended, or closed one at this moment
  }
}
