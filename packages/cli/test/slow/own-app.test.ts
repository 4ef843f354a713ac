import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Cli, projectOf } from '../cli.js'
import { filesWithSecret, maskedMetadata, maskedVariables, ownApp, ownCase } from '../own-app.js'

const load = ['--qps', '50', '--connections', '2', '--duration', '1s']

const readResult = (project: string) =>
  JSON.parse(readFileSync(join(project, 'results/latest/own_app/result.json'), 'utf8'))

describe('an app of its own', () => {
  it('is a command, run in the folder of the case, and measured through Dapr', async () => {
    const project = projectOf('own_app', ownCase({ command: ['node', 'hello.mjs'], image: 'unused/here:1' }))
    const withDaemon = `import { spawn } from 'node:child_process'
spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' })
${ownApp}`
    writeFileSync(join(project, 'tests/own_app/hello.mjs'), withDaemon)
    const cli = new Cli(['run', 'own_app', ...load], undefined, { cwd: project })
    await cli.passed()
    expect(cli.stdout).toContain('✓ hello: called through Dapr as hello, with the component memory')
    await expect.poll(() => cli.processes()).toEqual([])

    expect(filesWithSecret(join(project, 'results'))).toEqual([])
    const { programs, dapr } = readResult(project).environment
    expect(dapr.components).toMatchObject([
      { name: 'memory', type: 'state.in-memory', metadata: maskedMetadata, scopes: ['hello', 'tester'] },
    ])
    const sha256 = createHash('sha256').update(withDaemon).digest('hex')
    expect(programs.apps.hello).toEqual({
      files: [{ path: join(project, 'tests/own_app/hello.mjs'), sha256 }],
      ...maskedVariables,
    })
  })

  it('that has only an image is refused: here it needs a command', async () => {
    const project = projectOf('own_app', ownCase({ image: 'ghcr.io/me/app:1' }))
    const cli = new Cli(['run', 'own_app', ...load], undefined, { cwd: project })
    expect(await cli.ended).toBe(2)
    expect(cli.stderr).toContain('hello: on the local platform an app needs a command')
  })

  it('that can not be started ends the run, and says why', async () => {
    const project = projectOf('own_app', ownCase({ command: ['no-such-program'] }))
    const cli = new Cli(['run', 'own_app', ...load], undefined, { cwd: project })
    expect(await cli.ended).toBe(1)
    expect(cli.stderr).toContain('hello could not be started: spawn no-such-program ENOENT')
    expect(readResult(project)).toMatchObject({
      outcome: 'error',
      error: expect.stringContaining('ENOENT'),
      loads: [],
    })
  })
})
