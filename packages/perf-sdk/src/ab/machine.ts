import type { Block } from '../model/block.js'
import type { MachineUse } from '../model/load.js'
import type { RunningDeployment, Session } from '../platforms/platform.js'
import { sum } from '../statistics/mean.js'

type Machine = NonNullable<Block['machine']>

/** Starts measuring the CPU time of the shared apps; the returned function stops and returns it, in seconds. */
export async function startSharedCpu(
  session: Session,
  shared: RunningDeployment,
): Promise<() => Promise<number | undefined>> {
  // On Kubernetes it is known too seldom for a block.
  if (!session.isOnThisMachine) return async () => undefined
  const stop = await shared.startUsage()
  return async () => {
    const usage = await stop()
    const used = shared.apps.map(({ name }) => usage[name]?.app.cpuSeconds)
    return used.every((seconds) => seconds !== undefined) ? sum(used) : undefined
  }
}

/**
 * What the machine did during a load.
 *
 * @param sharedCpu CPU time of the shared apps, the load generator among them, in seconds; undefined if unknown
 */
export function machineOf(
  { cores, seconds, busySeconds }: MachineUse,
  sharedCpu: number | undefined,
  { a, b }: Block['variants'],
): Machine {
  const busy = { cores, seconds, busySeconds, busyShare: busySeconds / (cores * seconds) }
  if (sharedCpu === undefined) return busy
  const others = busySeconds - sharedCpu - a.cpuSeconds - b.cpuSeconds
  return { ...busy, othersSeconds: Math.max(0, others) }
}
