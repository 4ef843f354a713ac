import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DaprPerfError } from '@dapr-perf/errors'
import { expect, it, onTestFinished } from 'vitest'
import { copyProgram } from '../../../src/platforms/local/copy-program.js'
import { sha256Of } from '../../../src/process/file-sum.js'

/** A folder with a program of some 2.5 MB, and the path of its copy. */
function program(contents: Buffer | string = Buffer.alloc(2_500_000, 'program')) {
  const folder = mkdtempSync(join(tmpdir(), 'dapr-perf-copy-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'daprd')
  writeFileSync(path, contents, { mode: 0o755 })
  return { folder, path, copy: join(folder, 'programs/a/daprd') }
}

it('is run from a file of its own, with the same contents, that only this user may execute', async () => {
  const { path, copy } = program()
  expect(await copyProgram(path, await sha256Of(path), copy)).toBe(copy)
  expect(readFileSync(copy).equals(readFileSync(path))).toBe(true)
  expect(statSync(copy).mode & 0o777).toBe(0o700)
  expect(statSync(copy).ino).not.toBe(statSync(path).ino)
})

it('is refused where it was built again since the comparison began', async () => {
  const { path, copy } = program()
  const sum = await sha256Of(path)
  writeFileSync(path, 'another program')
  await expect(copyProgram(path, sum, copy)).rejects.toThrow(`${path} has changed since its version was read`)
  rmSync(path)
  await expect(copyProgram(path, sum, copy)).rejects.toThrow(DaprPerfError)
})

it('is run from where it is if it is a script, which may look for files beside it', async () => {
  const { path, copy } = program('#!/bin/sh\nexec "$(dirname "$0")/other" "$@"\n')
  expect(await copyProgram(path, await sha256Of(path), copy)).toBe(path)
})

it('is not written over a file that is there, and the error names both files', async () => {
  const { path, copy } = program()
  await copyProgram(path, undefined, copy)
  await expect(copyProgram(path, undefined, copy)).rejects.toThrow(
    `${path} can't be copied to ${copy}: EEXIST`,
  )
})
