import { readdirSync, readFileSync } from 'node:fs'

/** A file of a process below /proc; undefined if the process is gone, or on systems without /proc. */
export function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return undefined
  }
}

/** The fields of /proc/PID/stat from the third on, the state (proc(5)). */
export function statFields(pid: number): string[] | undefined {
  // The second field, the program's name in parentheses, may itself contain spaces and parentheses.
  const stat = readProc(pid, 'stat')
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** A process and its living descendants. */
export function treeOf(pid: number): number[] {
  const children = threadsOf(pid).flatMap((thread) => numbers(readProc(pid, `task/${thread}/children`)))
  return [pid, ...children.flatMap(treeOf)]
}

/** The ids of its threads; none if it is gone. */
export function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

const numbers = (text = '') => text.split(' ').filter(Boolean).map(Number)
