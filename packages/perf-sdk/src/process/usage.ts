import type { Usage } from '../model/usage.js'
import { ProcessTree, type TreeCounters } from './process-tree.js'

const sampleEveryMs = 500

/**
 * Measures CPU time and memory of processes and their descendants until the returned function is called. A process that
 * has ended counts with its last sample. On systems other than Linux it knows only the CPU time of the processes
 * themselves.
 */
export async function measureUsageOf(pids: number[]): Promise<() => Promise<Map<number, Usage>>> {
  const trees = new Map(pids.map((pid) => [pid, new ProcessTree(pid)]))
  const before = await readAll(trees)
  const usage = new Map<number, Usage>()
  const update = async () => {
    for (const [pid, now] of await readAll(trees)) {
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

function usageBetween(start: TreeCounters, now: TreeCounters, earlier: Usage | undefined): Usage {
  const cpu = { cpuSeconds: now.cpuSeconds - start.cpuSeconds, cpuSource: now.cpuSource }
  if (now.anonymousBytes === undefined) return cpu
  const seen = [start.anonymousBytes, earlier?.peakAnonymousBytes, now.anonymousBytes]
  return { ...cpu, peakAnonymousBytes: Math.max(...seen.map((bytes) => bytes ?? 0)) }
}

async function readAll(trees: Map<number, ProcessTree>): Promise<Map<number, TreeCounters>> {
  const counters = await Promise.all([...trees].map(async ([pid, tree]) => [pid, await tree.read()] as const))
  return new Map(counters.filter((entry): entry is [number, TreeCounters] => entry[1] !== undefined))
}
