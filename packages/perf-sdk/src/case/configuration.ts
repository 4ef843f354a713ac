import { z } from 'zod'

const setByPlatform = z.never('is set by the platform: a case cannot set it').optional()

/**
 * What a case sets in its sidecars' Configuration (`spec` of
 * https://docs.dapr.io/reference/resource-specs/configuration-schema): tracing, metrics, features, workflow, api, …
 * mTLS and name resolution are set by the platform.
 */
export const configurationDescription = z.looseObject({ mtls: setByPlatform, nameResolution: setByPlatform })

export type Configuration = Record<string, unknown>

/** The default of the sidecars' Configuration: no tracing, since it would add cost. */
export const defaultConfiguration = { tracing: { samplingRate: '0' }, metrics: { enabled: true } }

/** Merges two specs of a Configuration, field by field; `over` takes precedence. */
export function mergeConfigurations(base: Configuration, over: Configuration): Configuration {
  const merged: Configuration = { ...base }
  for (const [name, value] of Object.entries(over)) {
    const before = merged[name]
    merged[name] = isObject(before) && isObject(value) ? mergeConfigurations(before, value) : value
  }
  return merged
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
  const { enabled } = (configuration.metrics ?? configuration.metric ?? {}) as { enabled?: boolean }
  return enabled !== false
}
