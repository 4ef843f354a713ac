import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { store } from '../../src/ab/ab-case.js'
import type { AbResult } from '../../src/results/ab-schema.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dapr-perf-store-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const resultWith = (more: Partial<AbResult>) => ({ case: 'x', ...more }) as AbResult

it('a comparison is stored', async () => {
  const result = resultWith({ outcome: 'not slower', end: 'decided' })
  expect(await store(result, folder)).toBeUndefined()
  expect(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8'))).toEqual(result)
})

it('one that can not be stored has failed, and says why', async () => {
  mkdirSync(join(folder, 'result.json'))
  const result = resultWith({ outcome: 'not slower', end: 'decided' })
  const error = await store(result, folder)
  expect(error?.message).toMatch(/^cannot write .*result\.json/)
  expect(result).toMatchObject({ outcome: 'error', end: 'error', error: error?.message })
})

it('one that has failed before keeps its first error', async () => {
  mkdirSync(join(folder, 'result.json'))
  const result = resultWith({ outcome: 'interrupted', end: 'interrupted', error: 'interrupted by SIGINT' })
  expect(await store(result, folder)).toBeUndefined()
  expect(result).toMatchObject({ outcome: 'interrupted', error: 'interrupted by SIGINT' })
})
