import { readProc, threadsOf, treeOf } from './proc.js'

/**
 * The CPU time of a process and its living descendants, in nanoseconds, from the scheduler's statistics of their threads
 * (proc(5), schedstat); undefined without them.
 */
export function cpuNanosecondsOf(root: number): number | undefined {
  const [own, ...others] = treeOf(root).map(nanosecondsOf)
  // A descendant that has just ended is not known any more.
  return own === undefined ? undefined : own + sum(others.map((time) => time ?? 0))
}

function nanosecondsOf(pid: number): number | undefined {
  const times = threadsOf(pid).map((thread) => readProc(pid, `task/${thread}/schedstat`)?.split(' ')[0])
  if (times.length === 0 || times.some((time) => time === undefined)) return undefined
  return sum(times.map(Number))
}

/**
 * How often the threads of a process and its living descendants lost the processor although they could have run on (proc(5),
 * status); undefined without /proc.
 */
export function involuntarySwitchesOf(root: number): number | undefined {
  const counts = treeOf(root).flatMap((pid) =>
    threadsOf(pid).map((thread) =>
      /^nonvoluntary_ctxt_switches:\s+(\d+)$/m.exec(readProc(pid, `task/${thread}/status`) ?? ''),
    ),
  )
  if (counts.length === 0) return undefined
  return sum(counts.map((count) => Number(count?.[1] ?? 0)))
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
