import { z } from 'zod'
import { parseQuantity } from './quantity.js'

const kubernetesName = z
  .string()
  .regex(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/, 'expected a DNS label: lower case letters, digits and -')
const port = z.int().min(1).max(65535)
const quantity = z
  .string()
  .regex(/^\d+(\.\d+)?(m|[KMGT]i?)?$/, "expected a Kubernetes quantity such as '0.1' or '512Mi'")

const appFields = z.strictObject({
  /** Name of the app: its Dapr app id, and the host name under which the other apps reach it. */
  appName: kubernetesName,
  /** Image that it runs from, without registry and tag. On one machine: the program of that name. */
  imageName: z
    .string()
    .regex(/^[a-z0-9]+([._-]+[a-z0-9]+)*$/, 'expected the name of an image, without registry and tag'),
  /** Whether a sidecar stands beside it. */
  daprEnabled: z.boolean().default(false),
  /** The port that it listens on, as the others see it; 3000 by default. */
  appPort: port.default(3000),
  /** The protocol in which the sidecar calls it; http by default. */
  appProtocol: z.enum(['http', 'https', 'h2c', 'grpc', 'grpcs']).default('http'),
  /** Environment variables for it. */
  appEnv: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).default({}),
  /** How many of it run; 1 by default. One machine runs no more than one. */
  replicas: z.int().min(1).default(1),
  /** Whether it is reached from outside the platform; see acquireAppExternalURL. */
  ingressEnabled: z.boolean().default(false),
  /** Whether the sidecar offers metrics; true by default. */
  metricsEnabled: z.boolean().default(true),
  /** Whether the sidecar logs at level debug. */
  debugLoggingEnabled: z.boolean().default(false),
  /** The largest body that the sidecar takes, in MiB; Dapr's default is 4. */
  maxRequestSizeMB: z.int().min(1).optional(),
  /** CPU and memory of the app and of its sidecar. One machine sets no limits. */
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
  /** Its pods stand on the node of the pods with these labels. */
  podAffinityLabels: z.record(z.string(), z.string()).default({}),
})

/** An app of a test, with the fields of the Go suite's AppDescription. */
export const appDescription = appFields.superRefine((app, context) => {
  for (const what of ['appCPU', 'appMemory', 'daprCPU', 'daprMemory'] as const) {
    const [request, limit] = [app[`${what}Request`], app[`${what}Limit`]]
    if (!request || !limit || parseQuantity(request) <= parseQuantity(limit)) continue
    const message = `${request} is above ${what}Limit ${limit}: raise the limit or lower the request`
    context.addIssue({ code: 'custom', path: [`${what}Request`], message })
  }
})

/** A Dapr component of a test, with the fields of the Go suite's ComponentDescription. */
export const componentDescription = z.strictObject({
  name: kubernetesName,
  /** `state.in-memory`, `pubsub.redis`, … */
  typeName: z
    .string()
    .regex(/^[a-z]+(\.[a-z0-9-]+)+$/, "expected a component type such as 'state.in-memory'"),
  version: z
    .string()
    .regex(/^v\d+[a-z0-9]*$/)
    .default('v1'),
  metadata: z.record(z.string(), z.string()).default({}),
  /** The apps that may use it; all of them where the list is empty. */
  scopes: z.array(kubernetesName).default([]),
})

export type AppDescription = z.input<typeof appDescription>
export type ComponentDescription = z.input<typeof componentDescription>
/** An app description with every default filled in. */
export type App = z.output<typeof appDescription>
/** A component description with every default filled in. */
export type Component = z.output<typeof componentDescription>
