import { z } from 'zod'

const setByPlatform = z.never('is set by the platform: a case cannot set it').optional()

/**
 * What a case sets in its sidecars' Configuration (`spec` of
 * https://docs.dapr.io/reference/resource-specs/configuration-schema): tracing, metrics, features, workflow, api, …
 * mTLS and name resolution are set by the platform.
 */
export const configurationDescription = z.looseObject({
  mtls: setByPlatform,
  nameResolution: setByPlatform,
  // Dapr's former name of metrics, which override it.
  metric: z.never('is overridden by metrics: set that').optional(),
})

export type Configuration = Record<string, unknown>

/**
 * The default of the sidecars' Configuration. No tracing, since it would add cost. No hot reload, which is on by default
 * since Dapr 1.18: whoever creates a Configuration, a Resiliency or an HTTPEndpoint in the namespace would restart the
 * sidecars in the middle of a load, inside their processes, so that Kubernetes counts no restart.
 */
export const defaultConfiguration = {
  tracing: { samplingRate: '0' },
  metrics: { enabled: true },
  features: [{ name: 'HotReload', enabled: false }],
}

/** Merges two specs of a Configuration, field by field, and features by their names; `over` takes precedence. */
export function mergeConfigurations(base: Configuration, over: Configuration): Configuration {
  const merged: Configuration = { ...base }
  for (const [name, value] of Object.entries(over)) {
    const before = merged[name]
    if (isObject(before) && isObject(value)) merged[name] = mergeConfigurations(before, value)
    else if (name === 'features') merged[name] = mergeFeatures(before, value)
    else merged[name] = value
  }
  return merged
}

function mergeFeatures(base: unknown, over: unknown): unknown {
  if (!Array.isArray(base) || !Array.isArray(over)) return over
  const names = over.map((feature) => feature?.name)
  return [...base.filter(({ name }) => !names.includes(name)), ...over]
}

const isObject = (value: unknown): value is Configuration =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether sidecars with this Configuration sample traces. */
export function samplesTraces(configuration: Configuration): boolean {
  const { samplingRate } = (configuration.tracing ?? {}) as { samplingRate?: string | number }
  return Number(samplingRate ?? 0) > 0
}

/** Whether sidecars with this Configuration log each API call; undefined if it doesn't say. */
export function apiLoggingOf(configuration: Configuration): boolean | undefined {
  const { apiLogging } = (configuration.logging ?? {}) as { apiLogging?: { enabled?: boolean } }
  return apiLogging?.enabled
}

/** Whether sidecars with this Configuration export metrics. */
export function hasMetrics(configuration: Configuration): boolean {
  const { enabled } = (configuration.metrics ?? {}) as { enabled?: boolean }
  return enabled !== false
}
