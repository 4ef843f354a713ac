import { z } from 'zod'
import { knownQuantity } from './quantity.js'
import { flagProblem } from './sidecar-flags.js'

export const kubernetesName = z
  .string()
  .regex(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/, 'expected a DNS label: lower case letters, digits and -')
const port = z.int().min(1).max(65535)
const quantity = z
  .string()
  .regex(/^\d+(\.\d+)?(m|k|[MGT]|[KMGT]i)?$/, "expected a Kubernetes quantity such as '0.1' or '512Mi'")

/** What our own apps speak, by the names of their images. */
const protocolOfImage: Record<string, 'http' | 'grpc'> = {
  'perf-tester': 'http',
  'perf-service_invocation_http': 'http',
  'perf-service_invocation_grpc': 'grpc',
}

/** A value of an environment variable: a string, or a name that the platform resolves. */
const environmentValue = z.union(
  [z.string(), z.strictObject({ component: z.string() }), z.strictObject({ appId: z.string() })],
  'expected a string, { component: NAME } or { appId: NAME }',
)

const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/)

/** Dapr takes the variables of a sidecar from one annotation, `NAME=VALUE,NAME=VALUE`. */
export const sidecarVariable = z
  .string()
  .regex(
    /^(?!\s)(?!.*,\s*[A-Za-z_][A-Za-z0-9_]*=).*(?<!\s)$/s,
    'expected a value without ,NAME= (Dapr would take that for another variable) and without spaces around it',
  )

const flagValue = z.union([z.string(), z.number(), z.boolean()]).transform(String)

const sidecarFlags = z.record(z.string(), flagValue).superRefine((flags, context) => {
  for (const [name, value] of Object.entries(flags)) {
    const message = flagProblem(name, value)
    if (message) context.addIssue({ code: 'custom', path: [name], message })
  }
})

const appFields = z.strictObject({
  /** Name of the app: its Dapr app id, and the host name that other apps use. */
  appName: kubernetesName,
  /** One of this project's apps: the name of its image, without registry and tag. The local platform runs its program. */
  imageName: z
    .string()
    .regex(/^[a-z0-9]+([._-]+[a-z0-9]+)*$/, 'expected the name of an image, without registry and tag')
    .optional(),
  /** An app of your own, on the local platform: program and arguments, run in the case's folder. It listens on PORT. */
  command: z.array(z.string().min(1)).min(1).optional(),
  /** An app of your own, on Kubernetes: its full image reference. It listens on appPort. */
  image: z
    .string()
    .regex(/^[a-zA-Z0-9][\w.:/@-]*$/, "expected an image such as 'ghcr.io/me/app:1'")
    .optional(),
  /** Whether it has a sidecar. */
  daprEnabled: z.boolean().default(false),
  /** The port that other apps call; 3000 by default. */
  appPort: port.default(3000),
  /** The protocol that it speaks, and its sidecar calls it with. Our own apps speak one each; http is the default of others. */
  appProtocol: z.enum(['http', 'https', 'h2c', 'grpc', 'grpcs']).optional(),
  /**
   * Environment variables for it. `{ component: NAME }` and `{ appId: NAME }` stand for the name that a component or
   * an app of the case has on the platform.
   */
  appEnv: z.record(variableName, environmentValue).default({}),
  /** Environment variables for its sidecar, such as `GOMEMLIMIT` or the credentials that a component reads. */
  daprEnv: z.record(variableName, sidecarVariable).default({}),
  /**
   * Flags of daprd for its sidecar, by their names without `--`, such as `{ 'app-max-concurrency': 10 }`; on Kubernetes the
   * annotations that mean the same. What else sets a flag, such as appPort, can't be set here.
   */
  daprArgs: sidecarFlags.default({}),
  /** Number of replicas; 1 by default. The local platform runs only one. */
  replicas: z.int().min(1).default(1),
  /** Whether it can be reached from outside the platform; see acquireAppExternalURL. */
  ingressEnabled: z.boolean().default(false),
  /** Whether the sidecar exports metrics; true by default. */
  metricsEnabled: z.boolean().default(true),
  /** Whether the sidecar logs at level debug. */
  debugLoggingEnabled: z.boolean().default(false),
  /** The largest body that the sidecar accepts, in MiB; Dapr's default is 4. */
  maxRequestSizeMB: z.int().min(1).optional(),
  /** CPU and memory of the app and of its sidecar, as Kubernetes quantities. The local platform ignores them. */
  appCPULimit: quantity.optional(),
  appCPURequest: quantity.optional(),
  appMemoryLimit: quantity.optional(),
  appMemoryRequest: quantity.optional(),
  daprCPULimit: quantity.optional(),
  daprCPURequest: quantity.optional(),
  daprMemoryLimit: quantity.optional(),
  daprMemoryRequest: quantity.optional(),
  /** Labels of its pods. */
  labels: z.record(z.string(), z.string()).default({}),
  /** Its pods run on the same node as pods with these labels. */
  podAffinityLabels: z.record(z.string(), z.string()).default({}),
})

/** An app of a case, with the fields of the Go suite's AppDescription, and `command` and `image` for your own apps. */
export const appDescription = appFields.superRefine(checkApp).transform((app) => ({
  ...app,
  appProtocol: app.appProtocol ?? protocolOfImage[app.imageName ?? ''] ?? 'http',
}))

function checkApp(app: z.output<typeof appFields>, context: z.RefinementCtx): void {
  const isOwn = app.command !== undefined || app.image !== undefined
  if (isOwn === (app.imageName !== undefined)) {
    const message = isOwn
      ? 'is for our own apps: leave it out if command or image is set'
      : 'is missing: set it to one of our apps, or set command (local platform) or image (Kubernetes) for your own app'
    context.addIssue({ code: 'custom', path: ['imageName'], message })
  }
  const spoken = protocolOfImage[app.imageName ?? '']
  if (spoken && app.appProtocol && app.appProtocol !== spoken) {
    const message = `${app.imageName} speaks only ${spoken}, not ${app.appProtocol}: leave it out, or measure an app of your own`
    context.addIssue({ code: 'custom', path: ['appProtocol'], message })
  }
  for (const { what, request, limit } of requestsAboveLimit(app)) {
    const message = `${request} is above ${what}Limit ${limit}: raise the limit or lower the request`
    context.addIssue({ code: 'custom', path: [`${what}Request`], message })
  }
}

export type AppDescription = z.input<typeof appDescription>
/** An app description with every default filled in. */
export type App = z.output<typeof appDescription>
export type EnvironmentValue = z.output<typeof environmentValue>

const resources = ['appCPU', 'appMemory', 'daprCPU', 'daprMemory'] as const
type Resource = (typeof resources)[number]

/** The resources of which an app requests more than their limit; not those that are no quantities. */
export function requestsAboveLimit(
  app: {
    [Field in `${Resource}${'Request' | 'Limit'}`]?: string | undefined
  },
): { what: Resource; request: string; limit: string }[] {
  return resources.flatMap((what) => {
    const [request, limit] = [app[`${what}Request`], app[`${what}Limit`]]
    const isAbove = (knownQuantity(request) ?? 0) > (knownQuantity(limit) ?? Number.POSITIVE_INFINITY)
    return request && limit && isAbove ? [{ what, request, limit }] : []
  })
}

/** The value of a variable, with the names that components and apps have in the case. */
export function nameInCase(value: EnvironmentValue): string {
  if (typeof value === 'string') return value
  return 'component' in value ? value.component : value.appId
}
