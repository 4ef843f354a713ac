import pidusage from 'pidusage'
import type { Usage } from '../model/usage.js'
import { readProc, statFields, treeOf } from './proc.js'

const sampleEveryMs = 500
/** Of the times in /proc, whatever the kernel's own clock (USER_HZ in times(2)). */
const ticksPerSecond = 100

/** What a process and its descendants have used since their start, and the memory that they have now. */
export interface Sample {
  cpuSeconds: number
  /** Undefined if unknown. */
  anonymousBytes?: number | undefined
}

/**
 * Measures CPU time and memory of processes and their descendants until the returned function is called. A process that
 * has ended counts with its last sample. On systems other than Linux it knows only the CPU time of the processes
 * themselves.
 */
export async function measureUsageOf(pids: number[]): Promise<() => Promise<Map<number, Usage>>> {
  const before = await samplesOf(pids)
  const usage = new Map<number, Usage>()
  const update = async () => {
    for (const [pid, now] of await samplesOf(pids)) {
      const start = before.get(pid)
      if (start) usage.set(pid, usageBetween(start, now, usage.get(pid)))
    }
  }
  const timer = setInterval(() => void update(), sampleEveryMs).unref()
  return async () => {
    clearInterval(timer)
    await update()
    return usage
  }
}

function usageBetween(start: Sample, now: Sample, earlier: Usage | undefined): Usage {
  const cpuSeconds = now.cpuSeconds - start.cpuSeconds
  if (now.anonymousBytes === undefined) return { cpuSeconds }
  const seen = [start.anonymousBytes, earlier?.peakAnonymousBytes, now.anonymousBytes]
  return { cpuSeconds, peakAnonymousBytes: Math.max(...seen.map((bytes) => bytes ?? 0)) }
}

async function samplesOf(pids: number[]): Promise<Map<number, Sample>> {
  const samples = await Promise.all(pids.map(async (pid) => [pid, await sampleOf(pid)] as const))
  return new Map(samples.filter((entry): entry is [number, Sample] => entry[1] !== undefined))
}

/** Undefined if there is no such process. On systems other than Linux it knows only the CPU time of the process itself. */
export async function sampleOf(pid: number): Promise<Sample | undefined> {
  return process.platform === 'linux' ? sampleTree(pid) : sampleByPs(pid)
}

/**
 * The times of a process include those of its children that have ended, so that nothing is lost or counted twice when
 * one of its descendants ends.
 */
function sampleTree(root: number): Sample | undefined {
  if (!statFields(root)) return undefined
  const tree = treeOf(root)
  return {
    cpuSeconds: sum(tree.map(cpuTicksOf)) / ticksPerSecond,
    anonymousBytes: sum(tree.map(anonymousBytesOf)),
  }
}

function cpuTicksOf(pid: number): number {
  const [utime, stime, childrenUtime, childrenStime] = (statFields(pid) ?? []).slice(11, 15).map(Number)
  return sum([utime, stime, childrenUtime, childrenStime].map((ticks) => ticks ?? 0))
}

/** What the process itself has allocated and touched: without the pages of its program's file, which others may share. */
function anonymousBytesOf(pid: number): number {
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(readProc(pid, 'status') ?? '')?.[1] ?? 0) * 1024
}

async function sampleByPs(pid: number): Promise<Sample | undefined> {
  return pidusage(pid).then(
    ({ ctime }) => ({ cpuSeconds: ctime / 1000 }),
    () => undefined,
  )
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
