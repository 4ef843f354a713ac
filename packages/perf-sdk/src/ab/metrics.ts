import { InputError } from '@dapr-perf/errors'
import type { VariantOfBlock } from '../model/block.js'

interface Metric {
  title: string
  /** Whether it is a time, of which more is slower. */
  isTime: boolean
  unit: 'ms' | 'µs' | 'B' | 'MiB' | ''
  /** Undefined or null where a block doesn't know it. */
  of(variant: VariantOfBlock): number | null | undefined
}

const perRequest = (total: number | undefined, { requests }: VariantOfBlock) =>
  total === undefined ? undefined : total / requests

/** What is compared. An increase of each is a slowdown, or a cost. */
export const metrics = {
  average: { isTime: true, title: 'average', unit: 'ms', of: ({ mean }) => mean },
  p50: { isTime: true, title: 'p50', unit: 'ms', of: ({ p50 }) => p50 },
  p90: { isTime: true, title: 'p90', unit: 'ms', of: ({ p90 }) => p90 },
  p99: { isTime: true, title: 'p99', unit: 'ms', of: ({ p99 }) => p99 },
  cpu: {
    isTime: true,
    title: 'CPU per request',
    unit: 'µs',
    of: (one) => (one.cpuSeconds / one.requests) * 1e6,
  },
  allocations: {
    isTime: false,
    title: 'allocations per request',
    unit: '',
    of: (one) => perRequest(one.allocations, one),
  },
  'allocated-bytes': {
    isTime: false,
    title: 'allocated bytes per request',
    unit: 'B',
    of: (one) => perRequest(one.allocatedBytes, one),
  },
  memory: {
    isTime: false,
    title: 'memory after the load',
    unit: 'MiB',
    of: ({ anonymousBytes }) => (anonymousBytes === undefined ? undefined : anonymousBytes / 2 ** 20),
  },
} satisfies Record<string, Metric>

export type MetricName = keyof typeof metrics
export const metricNames = Object.keys(metrics) as MetricName[]

/** The metrics that decide, unless others are asked for. */
export const defaultGate: MetricName[] = ['p50', 'cpu']
export const defaultMinEffect = 0.02

/** @throws InputError that names the choices */
export function parseMetricName(text: string, source: string): MetricName {
  const name = metricNames.find((known) => known === text)
  if (name) return name
  throw new InputError(`${source} ${text}: expected one of ${metricNames.join(', ')}`)
}
