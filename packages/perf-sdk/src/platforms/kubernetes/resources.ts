import type { App } from '../descriptions.js'
import { parseQuantity } from '../quantity.js'

const defaultMemory = { request: '250Mi', limit: '800Mi' }

/** What a container asks for, and may use at most. */
export interface Resources {
  requests: Record<string, string>
  limits: Record<string, string>
}

/** The resources of an app's own container. One that says nothing of memory asks for 250Mi and is limited to 800Mi. */
export function appResources(app: App): Resources {
  const { appCPURequest, appCPULimit } = app
  const memory = withDefaults(app.appMemoryRequest, app.appMemoryLimit)
  return {
    requests: { ...(appCPURequest && { cpu: appCPURequest }), memory: memory.request },
    limits: { ...(appCPULimit && { cpu: appCPULimit }), memory: memory.limit },
  }
}

/** A default gives way to what is given for the other side. */
function withDefaults(request?: string, limit?: string) {
  const { request: least, limit: most } = defaultMemory
  return {
    request: request ?? (limit && parseQuantity(limit) < parseQuantity(least) ? limit : least),
    limit: limit ?? (request && parseQuantity(request) > parseQuantity(most) ? request : most),
  }
}
