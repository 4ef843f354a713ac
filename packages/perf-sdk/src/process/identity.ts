import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { readProc, statFields } from './proc.js'

/** Identifies a process; its start time tells it from a later process with the same pid. */
export interface ProcessIdentity {
  pid: number
  /** Clock ticks since boot on Linux, a date elsewhere; only good for comparing. */
  startTime: string
}

/** The identity of a running process; undefined if there is none with that pid. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const startTime = process.platform === 'linux' ? linuxStartTime(pid) : startTimeByPs(pid)
  return startTime === undefined ? undefined : { pid, startTime }
}

/** Whether exactly this process still runs. A zombie doesn't. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identityOf(identity.pid)?.startTime === identity.startTime
}

/** Within which pids mean the same: a boot of a machine, and there a PID namespace, of which each container has its own. */
export function pidNamespace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

/** Pids of the processes that have `NAME=value` in their environment. On systems other than Linux it finds none. */
export function pidsWithVariable(pids: Iterable<number>, assignment: string): number[] {
  return [...pids].filter((pid) => readProc(pid, 'environ')?.split('\0').includes(assignment))
}

function linuxStartTime(pid: number): string | undefined {
  const fields = statFields(pid)
  return fields?.[0] === 'Z' ? undefined : fields?.[19]
}

function startTimeByPs(pid: number): string | undefined {
  try {
    const [state, ...started] = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .trim()
      .split(/\s+/)
    return state?.startsWith('Z') ? undefined : started.join(' ')
  } catch {
    return undefined
  }
}
