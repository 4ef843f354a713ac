import type { Comparison, Result, Summary } from 'perf-sdk'
import { testerName } from 'perf-sdk/runner'

/** A figure of a comparison, in milliseconds. */
export interface Figure {
  name: string
  baseline: number | null
  variant: number | null
  /** Absent where it would say nothing. */
  added?: number | null
  interval?: Comparison['mean']['interval']
}

/** The figures of a comparison: in the table, and the first ones in the sentence above it. */
export function figuresOf(comparison: Comparison, variants: Result['variants']): Figure[] {
  const { percentiles, mean, meanPerEvent } = comparison
  const [baseline, variant] = [variants[comparison.baseline], variants[comparison.variant]] as [
    Summary,
    Summary,
  ]
  return [
    ...percentiles.map(({ percentile, ...figure }) => ({ name: `p${percentile}`, ...figure })),
    { name: 'max', baseline: baseline.max, variant: variant.max },
    { name: 'mean', ...mean },
    ...(meanPerEvent ? [{ name: 'mean per event', ...meanPerEvent }] : []),
    ...cpuPerRequest(baseline, variant),
  ]
}

/** How many requests failed. */
export const failedOf = (outcomes: Summary['outcomes']) =>
  outcomes.filter(({ kind }) => kind === 'failure').reduce((sum, { count }) => sum + count, 0)

export const cpuName = 'CPU per request'

/** None where it is not known of the same apps and sidecars. */
function cpuPerRequest(baseline: Summary, variant: Summary): Figure[] {
  const [ones, others] = [usedBy(baseline), usedBy(variant)]
  const names = ones.map(({ name }) => name).join()
  if (names === '' || names !== others.map(({ name }) => name).join()) return []
  const ofRequest = (parts: Used[], { requests }: Summary) =>
    (parts.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) / requests) * 1000
  const [one, other] = [ofRequest(ones, baseline), ofRequest(others, variant)]
  return [{ name: cpuName, baseline: one, variant: other, added: other - one }]
}

interface Used {
  name: string
  cpuSeconds: number
}

/** What each app and sidecar used, but for the tester, whose processes make the load: that is no part of what Dapr costs. */
const usedBy = ({ usage }: Summary): Used[] =>
  Object.entries(usage).flatMap(([name, { app, sidecar }]) => [
    ...(name === testerName ? [] : [{ name, cpuSeconds: app.cpuSeconds }]),
    ...(sidecar ? [{ name: `${name}'s sidecar`, cpuSeconds: sidecar.cpuSeconds }] : []),
  ])
