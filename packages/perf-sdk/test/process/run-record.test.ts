import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { RunRecord, recordedPorts, runsFolder, stopDeadRuns } from '../../src/process/run-record.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dapr-perf-runs-'))
  vi.stubEnv('XDG_STATE_HOME', folder)
  vi.stubEnv('TMPDIR', folder)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

const recordOf = (runId: string, contents: object) => {
  const file = join(runsFolder(), `${runId}.json`)
  mkdirSync(runsFolder(), { recursive: true })
  writeFileSync(file, JSON.stringify(contents))
  return file
}

it('a run that is process 1 of a container is recorded, and is not taken for a dead one', () => {
  vi.spyOn(process, 'pid', 'get').mockReturnValue(1)
  const record = new RunRecord('first')
  vi.restoreAllMocks()
  record.addPort(20_001)
  expect(recordedPorts()).toEqual(new Set([20_001]))
  expect(stopDeadRuns()).toEqual([])
  expect(recordedPorts()).toEqual(new Set([20_001]))
  record.remove()
  expect(recordedPorts()).toEqual(new Set())
})

it('what a killed process 1 of an earlier container left is removed', () => {
  const file = recordOf('killed', { owner: { pid: 1, startTime: 'earlier' }, processes: [], ports: [20_002] })
  expect(stopDeadRuns()).toEqual([])
  expect(existsSync(file)).toBe(false)
})

it('a record that names process 1, or all processes, as its own is not believed', () => {
  const dead = { pid: 2, startTime: 'earlier' }
  for (const pid of [1, 0, -1]) {
    const file = recordOf(`pid${pid}`, {
      owner: dead,
      processes: [{ pid, startTime: '0', name: 'daprd' }],
      ports: [],
    })
    expect(stopDeadRuns()).toEqual([])
    expect(existsSync(file)).toBe(true)
  }
})
