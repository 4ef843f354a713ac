import pidusage from 'pidusage'
import type { Usage } from '../results/schema.js'

const sampleEveryMs = 500

/**
 * Measures CPU time and memory of processes (not of their children) until the returned function is called: from
 * /proc on Linux, by ps on macOS. A process that has ended counts with its last sample.
 */
export async function measureUsageOf(pids: number[]): Promise<() => Promise<Map<number, Usage>>> {
  const before = await sample(pids)
  const usage = new Map<number, Usage>()
  const update = async () => {
    for (const [pid, now] of await sample(pids)) {
      const start = before.get(pid)
      if (!start) continue
      usage.set(pid, {
        cpuSeconds: (now.ctime - start.ctime) / 1000,
        peakMemoryBytes: Math.max(usage.get(pid)?.peakMemoryBytes ?? start.memory, now.memory),
      })
    }
  }
  const timer = setInterval(() => void update(), sampleEveryMs).unref()
  return async () => {
    clearInterval(timer)
    await update()
    return usage
  }
}

async function sample(pids: number[]) {
  const samples = await Promise.all(
    pids.map((pid) =>
      pidusage(pid).then(
        (stat) => [pid, stat] as const,
        () => undefined,
      ),
    ),
  )
  return new Map(samples.filter((entry) => entry !== undefined))
}
