import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { sha256Of } from '../../src/process/file-sum.js'

it('the sum of a file is that of its present content; of what is no file there is none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dapr-perf-sum-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'program')
  writeFileSync(file, 'abc')
  // The example of FIPS 180-2.
  expect(await sha256Of(file)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  writeFileSync(file, '')
  expect(await sha256Of(file)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  expect(await sha256Of(folder)).toBeUndefined()
  expect(await sha256Of(join(folder, 'missing'))).toBeUndefined()
})
