import type { Environment } from '../model/environment.js'
import type { Summary } from '../model/summary.js'

interface Known {
  /** Whether each app of the case has a sidecar. */
  apps: Record<string, boolean>
  environment?: Environment | undefined
}

/**
 * A summary with what processes used that are not the case's. It is known where all of the case's apps and sidecars run on
 * the load generator's machine, and it is known what each used; the load generator itself counts with the tester.
 */
export function withOthers(summary: Summary, { apps, environment }: Known): Summary {
  const { machine, usage } = summary
  const nodes = environment?.cluster?.nodes.length ?? 1
  const used = Object.entries(apps).flatMap(([name, hasSidecar]) => [
    usage[name]?.app.cpuSeconds,
    ...(hasSidecar ? [usage[name]?.sidecar?.cpuSeconds] : []),
  ])
  if (!machine || nodes > 1 || used.includes(undefined)) return summary
  const ofCase = (used as number[]).reduce((sum, seconds) => sum + seconds, 0)
  return { ...summary, machine: { ...machine, othersSeconds: Math.max(0, machine.busySeconds - ofCase) } }
}
