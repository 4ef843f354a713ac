import pidusage from 'pidusage'
import type { CpuSource } from '../model/usage.js'
import { Counted } from './counted.js'
import { identityOf, isAlive, type ProcessIdentity } from './identity.js'
import { readProc, statFields, threadsOf, treeOf } from './proc.js'

/** Of the times in /proc/PID/stat, which are in hundredths of a second, whatever the kernel's own clock (USER_HZ in times(2)). */
const nanosecondsPerTick = 1e7

/** What the processes of a tree have used since their start, and the memory that they have now. */
export interface TreeCounters {
  /** Never less than at an earlier reading. */
  cpuSeconds: number
  cpuSource: CpuSource
  /** Undefined if unknown. */
  anonymousBytes?: number | undefined
}

/**
 * Counts what a process and its descendants use, those included that are seen here and whose parents end. CPU time of living
 * threads is exact; that of threads and processes which have ended is known in ticks, and only if their parents wait for
 * them. On systems other than Linux the CPU time of the process itself is all that is known.
 */
export class ProcessTree {
  /** The processes that were seen, and lived, at the last reading. */
  #seen: ProcessIdentity[] = []
  readonly #cpu = new Counted()
  readonly #switches = new Counted()
  #last: TreeCounters | undefined

  constructor(private readonly root: number) {}

  /** What it has used until now, or until the last reading if it has ended since; undefined if it had ended at the first one. */
  async read(): Promise<TreeCounters | undefined> {
    const now = process.platform === 'linux' ? this.#readProc() : await readPs(this.root)
    this.#last = now ?? this.#last
    return this.#last
  }

  /**
   * How often its threads lost the processor although they could have run on (proc(5), status), without those that ended
   * unseen; undefined without /proc.
   */
  involuntarySwitches(): number | undefined {
    const counts = this.#living().flatMap(involuntarySwitchesOf)
    return counts.length === 0 ? undefined : this.#switches.update(sum(counts))
  }

  #readProc(): TreeCounters | undefined {
    const pids = this.#living()
    if (pids.length === 0) return undefined
    const times = pids.map(timesOf)
    const ofThreads = sum(times.map(({ threads }) => threads))
    const atLeast = sum(times.map(({ threads, own, children }) => Math.max(threads, own) + children))
    return {
      cpuSeconds: this.#cpu.update(ofThreads, atLeast) / 1e9,
      cpuSource: ofThreads > 0 ? 'schedstat' : 'stat',
      anonymousBytes: sum(pids.map(anonymousBytesOf)),
    }
  }

  /** Parents before their children; none if the first of them has ended. */
  #living(): number[] {
    if (this.#seen.length === 0) this.#seen = identitiesOf([this.root])
    const alive = this.#seen.filter(isAlive).map(({ pid }) => pid)
    if (alive[0] !== this.root) return []
    const pids = [...new Set(alive.flatMap(treeOf))]
    this.#seen = identitiesOf(pids)
    return pids
  }
}

const identitiesOf = (pids: number[]) => pids.flatMap((pid) => identityOf(pid) ?? [])

/** CPU times in nanoseconds. */
interface Times {
  /** Of its living threads, exact; 0 where the kernel doesn't tell it. */
  threads: number
  /** Of all its threads, in ticks. */
  own: number
  /** Of its children for which it has waited, and theirs, in ticks. */
  children: number
}

/**
 * To be read of parents before their children, so that no time counts for both: a child that lives later is not among those
 * that its parent has waited for.
 */
function timesOf(pid: number): Times {
  const [utime, stime, childrenUtime, childrenStime] = (statFields(pid) ?? []).slice(11, 15).map(Number)
  const threads = threadsOf(pid).map((thread) =>
    Number(readProc(pid, `task/${thread}/schedstat`)?.split(' ')[0] ?? 0),
  )
  return {
    threads: sum(threads),
    own: ((utime ?? 0) + (stime ?? 0)) * nanosecondsPerTick,
    children: ((childrenUtime ?? 0) + (childrenStime ?? 0)) * nanosecondsPerTick,
  }
}

const involuntarySwitchesOf = (pid: number): number[] =>
  threadsOf(pid).flatMap((thread) => {
    const status = readProc(pid, `task/${thread}/status`) ?? ''
    const count = /^nonvoluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1]
    return count === undefined ? [] : Number(count)
  })

/** What the process itself has allocated and touched: without the pages of its program's file, which others may share. */
function anonymousBytesOf(pid: number): number {
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(readProc(pid, 'status') ?? '')?.[1] ?? 0) * 1024
}

async function readPs(pid: number): Promise<TreeCounters | undefined> {
  return pidusage(pid).then(
    ({ ctime }) => ({ cpuSeconds: ctime / 1000, cpuSource: 'ps' }),
    () => undefined,
  )
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
