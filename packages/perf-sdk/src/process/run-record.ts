import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { DaprPerfError, InputError } from '@dapr-perf/errors'
import { z } from 'zod'
import { identityOf, isAlive, type ProcessIdentity, pidNamespace, pidsWithVariable } from './identity.js'

const dayInMs = 24 * 60 * 60 * 1000

const identity = z.object({ pid: z.int().min(1), startTime: z.string() })
const contents = z.object({
  pidNamespace: z.string().optional(), // absent in records of earlier versions
  owner: identity, // in a container it may have pid 1
  temporaryFolder: z.string(),
  processes: z.array(identity.extend({ name: z.string(), pid: z.int().min(2) })), // killing -1 would kill everything
})

/** The environment variable that marks every process of a run. */
export const runVariable = 'DAPR_PERF_RUN_ID'

/**
 * What a run holds on this machine, written to disk at once, so that a later run can clean up after a killed one.
 */
export class RunRecord {
  /**
   * For files that only this user may read, and that end with the run: those of the sidecars, which may have secrets, and
   * the temporary files of the apps.
   */
  readonly temporaryFolder: string
  /** For the programs that it runs, each a new file; it ends with the run. The temporary folder may be in memory. */
  readonly programsFolder: string
  readonly #file: string
  readonly #contents: z.infer<typeof contents>

  /** @throws DaprPerfError if the record can't be written */
  constructor(
    readonly runId: string,
    folder = runsFolder(),
  ) {
    this.temporaryFolder = resolve(tmpdir(), nameOfTemporaryFolder(runId))
    this.programsFolder = join(folder, runId)
    this.#file = join(folder, `${runId}.json`)
    this.#contents = {
      pidNamespace: pidNamespace(),
      owner: identityOf(process.pid) as ProcessIdentity,
      temporaryFolder: this.temporaryFolder,
      processes: [],
    }
    try {
      mkdirSync(folder, { recursive: true })
      this.#write()
      mkdirSync(this.temporaryFolder, { mode: 0o700 })
    } catch (error) {
      throw new DaprPerfError(
        `the run can't be recorded: ${(error as Error).message}. Set XDG_STATE_HOME and TMPDIR to writable folders`,
        { cause: error },
      )
    }
  }

  addProcess(name: string, pid: number) {
    const identity = identityOf(pid)
    if (!identity) return
    this.#contents.processes.push({ ...identity, name })
    this.#write()
  }

  /** A process that has ended. */
  removeProcess(pid: number) {
    this.#contents.processes = this.#contents.processes.filter((process) => process.pid !== pid)
    this.#write()
  }

  /** Once its processes have ended. Those that they left behind, such as daemons, end now. */
  remove() {
    for (const pid of straysOf(this.runId)) kill(pid)
    removeFolder(this.temporaryFolder)
    removeFolder(this.programsFolder)
    rmSync(this.#file, { force: true })
  }

  #write() {
    const unfinished = `${this.#file}.unfinished`
    writeFileSync(unfinished, JSON.stringify(this.#contents))
    renameSync(unfinished, this.#file)
  }
}

/**
 * Where runs are recorded: `~/.local/state/dapr-perf/runs`, or below XDG_STATE_HOME.
 *
 * @throws InputError if that is relative: runs in other folders would not find the record
 */
export function runsFolder(env: NodeJS.ProcessEnv = process.env, home = homedir()) {
  const state = env.XDG_STATE_HOME || join(home, '.local', 'state')
  if (isAbsolute(state)) return join(state, 'dapr-perf', 'runs')
  const variable = env.XDG_STATE_HOME ? `XDG_STATE_HOME=${state}` : `HOME=${home}`
  throw new InputError(`${variable}: expected an absolute path`)
}

/**
 * Stops the leftover processes of dead runs, and removes the records of these runs. Runs that are alive are not touched.
 * Whether one in another container, or on another machine with the same home, is alive can't be known: it counts as dead a
 * day after its last step.
 *
 * @returns a line for each process that was stopped
 * @throws DaprPerfError if this user may not
 */
export function stopDeadRuns(folder = runsFolder()): string[] {
  return readRecords(folder)
    .filter((one) => !mayBeAlive(one))
    .flatMap((dead) => {
      try {
        return stopDeadRun(dead)
      } catch (error) {
        throw new DaprPerfError(
          `what the killed run ${dead.runId} left can't be removed: ${(error as Error).message}. ` +
            'If another user, such as root, has run it: remove it as that user with dapr-perf clean, or set XDG_STATE_HOME',
          { cause: error },
        )
      }
    })
}

/** The ids of the runs that are alive, or may be. */
export const liveRuns = (folder = runsFolder()): string[] =>
  readRecords(folder)
    .filter(mayBeAlive)
    .map(({ runId }) => runId)

const mayBeAlive = (one: RecordFile) => (isOfHere(one) ? isAlive(one.record.owner) : !isOld(one))

const isOfHere = ({ record }: RecordFile) => (record.pidNamespace ?? pidNamespace()) === pidNamespace()

const isOld = ({ file }: RecordFile) => {
  const { mtimeMs = Date.now() } = statSync(file, { throwIfNoEntry: false }) ?? {} // its run may just have ended
  return Date.now() - mtimeMs > dayInMs
}

function stopDeadRun(dead: RecordFile): string[] {
  const { file, runId, record } = dead
  const recorded = isOfHere(dead) ? record.processes.filter(isAlive) : []
  for (const { pid } of recorded) kill(-pid)
  // Their own child processes may still run.
  const known = new Set(recorded.map(({ pid }) => pid))
  const strays = straysOf(runId).filter((pid) => !known.has(pid))
  for (const pid of strays) kill(pid)
  // Its TMPDIR may have been another one than this process's.
  if (basename(record.temporaryFolder) === nameOfTemporaryFolder(runId)) removeFolder(record.temporaryFolder)
  removeFolder(join(dirname(file), runId))
  rmSync(file, { force: true })
  return [...recorded, ...strays.map((pid) => ({ name: 'a process', pid }))].map(
    ({ name, pid }) => `${name} (pid ${pid}), left over from the killed run ${runId}`,
  )
}

const straysOf = (runId: string) => pidsWithVariable(allPids(), `${runVariable}=${runId}`)

const nameOfTemporaryFolder = (runId: string) => `dapr-perf-${runId}`

function removeFolder(folder: string) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) // a process that is being killed may still write
}

function kill(pid: number) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function allPids(): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

interface RecordFile {
  file: string
  runId: string
  record: z.infer<typeof contents>
}

function readRecords(folder: string): RecordFile[] {
  let names: string[] = []
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  } catch {
    return []
  }
  return names.flatMap((name) => {
    const file = join(folder, name)
    try {
      const record = contents.parse(JSON.parse(readFileSync(file, 'utf8')))
      return [{ file, runId: name.slice(0, -'.json'.length), record }]
    } catch {
      return [] // just removed: its run has ended
    }
  })
}
