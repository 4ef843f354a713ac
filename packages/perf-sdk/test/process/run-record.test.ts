import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join, relative } from 'node:path'
import { DaprPerfError, InputError } from '@dapr-perf/errors'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { identityOf, type ProcessIdentity } from '../../src/process/identity.js'
import { RunRecord, runsFolder, stopDeadRuns } from '../../src/process/run-record.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dapr-perf-record-'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

const ended = { pid: 2 ** 22 - 1, startTime: '1' }

function recordOfDeadRun(runId: string, temporaryFolder: string) {
  writeFileSync(
    join(folder, `${runId}.json`),
    JSON.stringify({ owner: ended, temporaryFolder, processes: [] }),
  )
}

it("a run's temporary folder is for its user only, and ends with it", () => {
  const record = new RunRecord('private-run', folder)
  expect(statSync(record.temporaryFolder).mode & 0o777).toBe(0o700)
  writeFileSync(join(record.temporaryFolder, 'secret.yaml'), 'hunter2')
  record.remove()
  expect(existsSync(record.temporaryFolder)).toBe(false)
})

it('the temporary folder of a dead run is removed, wherever its TMPDIR was', () => {
  vi.stubEnv('TMPDIR', folder)
  const { temporaryFolder } = new RunRecord('dead-run', folder)
  writeFileSync(join(temporaryFolder, 'secret.yaml'), 'hunter2')
  recordOfDeadRun('dead-run', temporaryFolder)
  vi.stubEnv('TMPDIR', '/elsewhere')
  stopDeadRuns(folder)
  expect(existsSync(temporaryFolder)).toBe(false)
})

it('the programs that a run was made of end with it, and with a dead one', () => {
  const record = new RunRecord('living-run', folder)
  const { temporaryFolder, programsFolder } = new RunRecord('killed-run', folder)
  for (const programs of [record.programsFolder, programsFolder]) {
    mkdirSync(join(programs, 'a'), { recursive: true })
    writeFileSync(join(programs, 'a/daprd'), '')
  }
  recordOfDeadRun('killed-run', temporaryFolder)
  stopDeadRuns(folder)
  expect([existsSync(programsFolder), existsSync(record.programsFolder)]).toEqual([false, true])
  record.remove()
  expect(existsSync(record.programsFolder)).toBe(false)
})

it('a run in another container is not taken for a dead one, until a day after its last step', () => {
  const itself = { ...(identityOf(process.pid) as ProcessIdentity), name: 'daprd' } // the same pid there
  const record = { pidNamespace: 'other', owner: ended, temporaryFolder: '', processes: [itself] }
  const file = join(folder, 'elsewhere.json')
  writeFileSync(file, JSON.stringify(record))
  expect(stopDeadRuns(folder)).toEqual([])
  expect(existsSync(file)).toBe(true)
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true)
  const dayAgo = Date.now() / 1000 - 25 * 60 * 60
  utimesSync(file, dayAgo, dayAgo)
  expect(stopDeadRuns(folder)).toEqual([])
  expect(existsSync(file)).toBe(false)
  expect(kill).not.toHaveBeenCalled()
  kill.mockRestore()
})

it('what this user may not stop is one clear error', () => {
  const processes = [{ ...(identityOf(process.pid) as ProcessIdentity), name: 'daprd' }]
  const record = { owner: ended, temporaryFolder: '', processes }
  writeFileSync(join(folder, 'of-root.json'), JSON.stringify(record))
  const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' })
  })
  expect(() => stopDeadRuns(folder)).toThrow(DaprPerfError)
  expect(() => stopDeadRuns(folder)).toThrow(
    "what the killed run of-root left can't be removed: kill EPERM. If another user",
  )
  kill.mockRestore()
})

it('a folder that is not named as the run is never removed', () => {
  const precious = join(folder, 'precious')
  mkdirSync(precious)
  recordOfDeadRun('other-run', precious)
  stopDeadRuns(folder)
  expect(existsSync(precious)).toBe(true)
})

it('the temporary folder is the same in each working folder, though TMPDIR is relative', () => {
  vi.stubEnv('TMPDIR', relative(process.cwd(), folder))
  const record = new RunRecord('relative', folder)
  expect(isAbsolute(record.temporaryFolder)).toBe(true)
  expect(existsSync(join(folder, 'dapr-perf-relative'))).toBe(true)
  record.remove()
})

it.each([
  [{ XDG_STATE_HOME: 'state' }, '/home/me', 'XDG_STATE_HOME=state'],
  [{ XDG_STATE_HOME: '~/.local/state' }, '/home/me', 'XDG_STATE_HOME=~/.local/state'],
  [{}, '', 'HOME='],
  [{}, 'me', 'HOME=me'],
])('runs cannot be recorded in a relative folder: %o in %o', (env, home, variable) => {
  expect(() => runsFolder(env, home)).toThrow(InputError)
  expect(() => runsFolder(env, home)).toThrow(`${variable}: expected an absolute path`)
})

it('runs are recorded below ~/.local/state or XDG_STATE_HOME', () => {
  expect(runsFolder({}, '/home/me')).toBe('/home/me/.local/state/dapr-perf/runs')
  expect(runsFolder({ XDG_STATE_HOME: '/state' }, '/home/me')).toBe('/state/dapr-perf/runs')
})

it('a run that is process 1 of a container is recorded, and is not taken for a dead one', () => {
  vi.spyOn(process, 'pid', 'get').mockReturnValue(1)
  const record = new RunRecord('first', folder)
  vi.restoreAllMocks()
  const recorded = readdirSync(folder)
  expect(stopDeadRuns(folder)).toEqual([])
  expect(readdirSync(folder)).toEqual(recorded)
  record.remove()
  expect(readdirSync(folder)).toEqual([])
})

it('what a killed process 1 of an earlier container left is removed', () => {
  const owner = { pid: 1, startTime: 'earlier' }
  const file = join(folder, 'killed.json')
  writeFileSync(file, JSON.stringify({ owner, temporaryFolder: '', processes: [] }))
  expect(stopDeadRuns(folder)).toEqual([])
  expect(existsSync(file)).toBe(false)
})

it.each([1, 0, -1])(
  'a record that names %i, which would be all processes, as its own is not believed',
  (pid) => {
    const processes = [{ pid, startTime: '0', name: 'daprd' }]
    const file = join(folder, 'strange.json')
    writeFileSync(file, JSON.stringify({ owner: ended, temporaryFolder: '', processes }))
    expect(stopDeadRuns(folder)).toEqual([])
    expect(existsSync(file)).toBe(true)
  },
)
