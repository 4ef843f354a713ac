/** What a process and those that it started used in a time. */
export interface Usage {
  /** User and kernel together. */
  cpuSeconds: number
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
 * Where CPU times come from: the kernel's scheduler statistics of each thread, in nanoseconds; /proc/PID/stat or ps, in
 * hundredths of a second; or daprd's own metric, which has hundredths of a second, too.
 */
export const cpuSources = ['schedstat', 'stat', 'ps', 'process_cpu_seconds_total'] as const
export type CpuSource = (typeof cpuSources)[number]
