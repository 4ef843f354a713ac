import { InputError } from '@dapr-perf/errors'
import { type KubernetesSettings, resourceVariables } from '@dapr-perf/kubernetes/settings'
import { type App, requestsAboveLimit } from '../../../description/app.js'
import { parseQuantity } from '../../../description/quantity.js'

const defaultMemory = { request: '250Mi', limit: '800Mi' }

/** A container's resource requests and limits. */
export interface Resources {
  requests: Record<string, string>
  limits: Record<string, string>
}

/**
 * The app with the resources that the environment names instead of the case's.
 *
 * @throws InputError where a request is then above its limit
 */
export function withOverrides(app: App, overrides: KubernetesSettings['resources']): App {
  const changed = { ...app, ...overrides }
  const variableOf = (field: string) =>
    Object.entries(resourceVariables).find(([, overridden]) => overridden === field)?.[0]
  for (const { what, request, limit } of requestsAboveLimit(changed)) {
    if (what.startsWith('dapr') && !app.daprEnabled) continue
    throw new InputError(
      `${app.appName}: ${what}Request ${request} is above ${what}Limit ${limit}: ` +
        `lower ${variableOf(`${what}Request`)}, or raise ${variableOf(`${what}Limit`)}`,
    )
  }
  return changed
}

/** The resources of an app's own container. Default memory: request 250Mi, limit 800Mi. */
export function appResources(app: App): Resources {
  const { appCPURequest, appCPULimit } = app
  const memory = withDefaults(app.appMemoryRequest, app.appMemoryLimit)
  return {
    requests: { ...(appCPURequest && { cpu: appCPURequest }), memory: memory.request },
    limits: { ...(appCPULimit && { cpu: appCPULimit }), memory: memory.limit },
  }
}

/** Adapts a default so that the request never exceeds the limit. */
function withDefaults(request?: string, limit?: string) {
  const { request: least, limit: most } = defaultMemory
  return {
    request: request ?? (limit && parseQuantity(limit) < parseQuantity(least) ? limit : least),
    limit: limit ?? (request && parseQuantity(request) > parseQuantity(most) ? request : most),
  }
}
