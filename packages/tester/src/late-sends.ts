/** How many requests of a load were sent later than they were due. */
export interface LateSends {
  /** Number of pauses between requests. */
  sends: number
  /** Percentage of pauses that were skipped because the load was more than 1 ms behind; fortio reports it above 5 %. */
  latePercent?: number
  /** How late the latest request was, in ms; 0 if none was. */
  worstLateMs: number
}

// What fortio 1.16.1 writes at the end of a load with a target rate (periodic.Run in fortio.org/fortio/periodic).
const sleepTimes = /^(?:Sleep times|Aggregated Sleep Time) : count (\d+) .*\bmin (\S+) max /
const warning = /^WARNING (\d+\.\d+)% of sleep were falling behind/

/** Whether the line is one of those that parseLateSends reads. */
export const isOfSleep = (line: string) => sleepTimes.test(line) || warning.test(line)

/** Reads fortio's lines about its pauses; undefined if there are none, since without a target rate nothing is due. */
export function parseLateSends(lines: string[]): LateSends | undefined {
  const [, count, least] = lines.map((line) => sleepTimes.exec(line)).find(Boolean) ?? []
  if (count === undefined || least === undefined) return undefined
  const percent = lines.map((line) => warning.exec(line)?.[1]).find(Boolean)
  return {
    sends: Number(count),
    ...(percent && { latePercent: Number(percent) }),
    worstLateMs: Math.max(0, Math.round(-Number(least) * 1e6) / 1000),
  }
}
