import { request } from 'undici'
import type { SidecarCounters } from './variants.js'

/** Metrics of Go programs: https://pkg.go.dev/github.com/prometheus/client_golang/prometheus/collectors. */
const metrics = {
  cpuSeconds: 'process_cpu_seconds_total',
  allocations: 'go_memstats_mallocs_total',
  allocatedBytes: 'go_memstats_alloc_bytes_total',
}

/** What sidecars say of themselves, added up; a field is undefined where one of them doesn't say it. */
export type GoCounters = { [Name in keyof typeof metrics]?: SidecarCounters[Name] | undefined }

/** @param urls base URLs of the sidecars' metrics; undefined for a sidecar without metrics */
export async function readGoCounters(urls: (string | undefined)[]): Promise<GoCounters> {
  const pages = await Promise.all(urls.map((url) => (url ? metricsAt(url) : '')))
  const of = (name: string) => total(pages.map((page) => valueIn(page, name)))
  return {
    cpuSeconds: of(metrics.cpuSeconds),
    allocations: of(metrics.allocations),
    allocatedBytes: of(metrics.allocatedBytes),
  }
}

/** A page in Prometheus' format; empty where there is none, because a Configuration has turned the metrics off. */
async function metricsAt(url: string): Promise<string> {
  try {
    const { body } = await request(`${url}/metrics`)
    return await body.text()
  } catch {
    return ''
  }
}

/** A metric without labels. */
function valueIn(page: string, name: string): number | undefined {
  const text = new RegExp(`^${name} (\\S+)$`, 'm').exec(page)?.[1]
  return text === undefined ? undefined : Number(text)
}

/** Undefined if one of the values is. */
export function total(values: (number | undefined)[]): number | undefined {
  return values.includes(undefined) ? undefined : values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
}
