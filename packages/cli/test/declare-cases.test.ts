import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it, vi } from 'vitest'
import { root, temporaryFolder } from './cli.js'

it('a task is declared for each case, whatever its name, and for nothing else', async () => {
  const folder = temporaryFolder()
  const [scripts, tests] = [join(folder, 'scripts'), join(folder, 'tests')]
  mkdirSync(scripts)
  for (const name of ['perf', 'test', 'test-perf-perf', 'latest', 'v1.18', 'no case']) {
    mkdirSync(join(tests, name), { recursive: true })
    writeFileSync(join(tests, name, 'case.ts'), '')
  }
  mkdirSync(join(tests, 'empty'))
  const gone = { 'test-perf-gone': 'dapr-perf run gone', lint: 'biome check .' }
  writeFileSync(join(tests, 'package.json'), JSON.stringify({ scripts: gone }))
  writeFileSync(join(tests, 'turbo.json'), JSON.stringify({ tasks: {} }))
  const program = join(scripts, 'declare-cases.mjs')
  copyFileSync(join(root, 'scripts/declare-cases.mjs'), program)
  const { declareCases } = await import(pathToFileURL(program).href)
  const said = vi.spyOn(console, 'error').mockReturnValue()
  declareCases()
  said.mockRestore()

  const names = ['latest', 'perf', 'test', 'test-perf-perf', 'v1.18']
  const read = (file: string) => JSON.parse(readFileSync(join(tests, file), 'utf8'))
  expect(read('package.json').scripts).toEqual({
    lint: 'biome check .',
    ...Object.fromEntries(names.map((name) => [`test-perf-${name}`, `dapr-perf run ${name}`])),
  })
  expect(Object.keys(read('turbo.json').tasks)).toEqual(names.map((name) => `test-perf-${name}`))
})
