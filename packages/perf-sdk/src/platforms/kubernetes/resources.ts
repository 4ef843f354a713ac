import type { App } from '../../case/app.js'
import { parseQuantity } from '../../case/quantity.js'

const defaultMemory = { request: '250Mi', limit: '800Mi' }

/** A container's resource requests and limits. */
export interface Resources {
  requests: Record<string, string>
  limits: Record<string, string>
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
