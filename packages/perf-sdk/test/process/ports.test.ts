import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { reservePort } from '../../src/process/ports.js'
import { RunRecord, recordedPorts, runsFolder } from '../../src/process/run-record.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dapr-perf-ports-'))
  vi.stubEnv('XDG_STATE_HOME', folder)
  vi.stubEnv('TMPDIR', folder)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

it('a port that a run has recorded is not taken by another', async () => {
  const lower = Array.from({ length: 6_000 }, (_, index) => 20_000 + index)
  const owner = { pid: 2, startTime: '1' }
  mkdirSync(runsFolder(), { recursive: true })
  writeFileSync(
    join(runsFolder(), 'other.json'),
    JSON.stringify({ owner, temporaryFolder: '/nowhere', processes: [], ports: lower }),
  )
  const record = new RunRecord('this-run')
  const ports: number[] = []
  for (let i = 0; i < 30; i++) ports.push(await reservePort(record))
  expect(Math.min(...ports)).toBeGreaterThanOrEqual(26_000)
  expect(new Set(ports).size).toBe(30)
  expect(recordedPorts()).toEqual(new Set([...lower, ...ports]))
  record.remove()
})
