/** What a process and those that it started used in a time. */
export interface Usage {
  /** User and kernel together. */
  cpuSeconds: number
  /** Absent in results of earlier versions, and where several loads or replicas don't have the same. */
  cpuSource?: CpuSource | undefined
  /**
   * The highest sample of anonymous memory: what was allocated and touched, without the program's file and the page cache.
   * Absent where the platform doesn't tell it.
   */
  peakAnonymousBytes?: number | undefined
  /**
   * Of an app: connections to it that were closed, by whichever end, of which only those of the last minute are known.
   * Absent where the platform doesn't tell it.
   */
  closedConnections?: number | undefined
}

/** Of each app, with the processes that it starts (for tester, fortio), and, if it has one, of its sidecar. */
export type UsageByApp = Record<string, { app: Usage; sidecar?: Usage | undefined }>

/**
 * Where CPU times come from: the kernel's scheduler statistics of each thread, in nanoseconds, with what has ended from
 * /proc/PID/stat; /proc/PID/stat alone, in hundredths of a second; ps, in hundredths of a second and of each process alone;
 * daprd's own metric, which has hundredths of a second, too; the kubelet's summary, which counts a container's nanoseconds
 * every some seconds; or metrics.k8s.io, which has averages over some seconds.
 */
export const cpuSources = [
  'schedstat',
  'stat',
  'ps',
  'process_cpu_seconds_total',
  'kubelet',
  'metrics.k8s.io',
] as const
export type CpuSource = (typeof cpuSources)[number]

/** The source of figures that are added up: undefined where they don't have the same. */
export function commonCpuSource(usages: Usage[]): CpuSource | undefined {
  const [first, ...others] = usages.map(({ cpuSource }) => cpuSource)
  return others.every((source) => source === first) ? first : undefined
}
