import { join } from 'node:path'
import { execa } from 'execa'
import { expect, it } from 'vitest'
import { program, root } from '../cli.js'

const pretendToBe = (version: string) =>
  `data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '${version}' })`

it.each([
  ['the command', program, '18.20.8'],
  ['the set-up', join(root, 'scripts/setup.mjs'), '20.9.0'],
])('%s says in one line which Node is needed, and which this is', async (_, file, version) => {
  const { stderr, stdout, exitCode } = await execa(
    process.execPath,
    ['--import', pretendToBe(version), file],
    {
      reject: false,
    },
  )
  expect(stderr + stdout).toBe(`dapr-perf needs Node 20.20 or newer, and this is Node ${version}`)
  expect(exitCode).toBe(2)
})
