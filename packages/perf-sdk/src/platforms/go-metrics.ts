import { DaprPerfError } from '@dapr-perf/errors'
import { sumOf } from '../http/prometheus.js'
import { requestText } from '../http/request-text.js'
import type { SidecarCounters } from './platform.js'

/** Metrics of Go programs: https://pkg.go.dev/github.com/prometheus/client_golang/prometheus/collectors. */
const metrics = {
  cpuSeconds: 'process_cpu_seconds_total',
  allocations: 'go_memstats_mallocs_total',
  allocatedBytes: 'go_memstats_alloc_bytes_total',
}

/** What sidecars say of themselves, added up; a field is undefined where one of them doesn't say it. */
export type GoCounters = { [Name in keyof typeof metrics]?: SidecarCounters[Name] | undefined }

/**
 * @param urls base URLs of the sidecars' metrics; undefined for a sidecar whose metrics are off
 * @throws DaprPerfError where metrics can't be read
 */
export async function readGoCounters(urls: (string | undefined)[]): Promise<GoCounters> {
  const pages = await Promise.all(urls.map((url) => (url ? metricsAt(url) : '')))
  const of = (name: string) => total(pages.map((page) => sumOf(page, { name })))
  return {
    cpuSeconds: of(metrics.cpuSeconds),
    allocations: of(metrics.allocations),
    allocatedBytes: of(metrics.allocatedBytes),
  }
}

async function metricsAt(url: string): Promise<string> {
  try {
    return (await requestText(`${url}/metrics`)).text
  } catch (error) {
    throw new DaprPerfError(
      `the metrics of a sidecar can't be read at ${url}/metrics: ${(error as Error).message}`,
      { cause: error },
    )
  }
}

/** Undefined if one of the values is. */
export function total(values: (number | undefined)[]): number | undefined {
  return values.includes(undefined) ? undefined : values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
}
