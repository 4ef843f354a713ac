import { readProc, threadsOf } from './proc.js'

/** A process's CPU time, in nanoseconds, from the scheduler's statistics of its threads (proc(5), schedstat); undefined without them. */
export function cpuNanosecondsOf(pid: number): number | undefined {
  const times = threadsOf(pid).map((thread) => readProc(pid, `task/${thread}/schedstat`)?.split(' ')[0])
  if (times.length === 0 || times.some((time) => time === undefined)) return undefined
  return sum(times.map(Number))
}

/** How often its threads lost the processor although they could have run on (proc(5), status); undefined without /proc. */
export function involuntarySwitchesOf(pid: number): number | undefined {
  const counts = threadsOf(pid).map((thread) =>
    /^nonvoluntary_ctxt_switches:\s+(\d+)$/m.exec(readProc(pid, `task/${thread}/status`) ?? ''),
  )
  if (counts.length === 0) return undefined
  return sum(counts.map((count) => Number(count?.[1] ?? 0)))
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
