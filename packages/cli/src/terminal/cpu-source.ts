import type { Summary, Usage } from 'perf-sdk'

type CpuSource = NonNullable<Usage['cpuSource']>

/** Of the sources that are worse than the usual ones. */
const meanings: Partial<Record<CpuSource, string>> = {
  stat: 'CPU is counted in hundredths of a second (/proc/PID/stat): this kernel has no finer figure.',
  ps: 'CPU is counted in hundredths of a second, without that of processes which an app or a sidecar starts (ps).',
  'metrics.k8s.io':
    "CPU is from averages over some seconds (metrics.k8s.io): the kubelet's summary could not be read.",
}

/** How CPU times were counted, in words; nothing where that is as exact as the platform can be. */
export function cpuSourceLines(usage: Summary['usage']): string[] {
  const sources = Object.values(usage).flatMap(({ app, sidecar }) => [app.cpuSource, sidecar?.cpuSource])
  return [...new Set(sources)].flatMap((source) => (source && meanings[source]) ?? [])
}
