import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Cli, projectOf, readResult } from '../../cli.js'
import { maskedVariables, ownApp, ownCase } from '../../own-app.js'

it('an app of its own that each variant runs for itself is in the record of both', async () => {
  const project = projectOf('own_app', ownCase({ command: ['node', 'hello.mjs'] }))
  writeFileSync(join(project, 'tests/own_app/hello.mjs'), ownApp)
  const args = ['ab', 'own_app', '--qps', '50', '--connections', '2', '--b-env', 'GOGC=90']
  const cli = new Cli(args, undefined, { cwd: project })
  await cli.printed('blocks 0 of')
  cli.kill('SIGINT')
  expect(await cli.ended, cli.stderr).toBe(130)
  const files = [{ sha256: createHash('sha256').update(ownApp).digest('hex') }]
  const { a, b } = readResult(join(project, 'results'), 'own_app').sides
  const daprEnv = { ...maskedVariables.daprEnv, GOGC: '90' }
  expect(a.environment.programs.apps.hello).toMatchObject({ files, ...maskedVariables })
  expect(b.environment.programs.apps.hello).toMatchObject({ files, ...maskedVariables, daprEnv })
})
