import { arch } from 'node:os'
import { InputError } from '@dapr-perf/errors'
import { z } from 'zod'

const namespace = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'the name of a namespace, for example dapr-tests')
const registry = z
  .string()
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9.-]*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/,
    'a registry with an optional path, for example docker.io/USER',
  )
const tag = z.string().regex(/^\w[\w.-]{0,127}$/, "an image's tag, for example dev-linux-amd64")
const goPlatform = (variable: string, example: string) =>
  z.string().regex(/^[a-z0-9]+$/, `a value of ${variable}, for example ${example}`)

const address = z.union([z.ipv4(), z.ipv6(), z.hostname()], "a node's address, for example 192.168.49.2")
const serviceTypes = ['ClusterIP', 'NodePort', 'LoadBalancer'] as const

const pullPolicies = ['Always', 'IfNotPresent', 'Never'] as const

const quantity = z
  .string()
  .regex(/^\d+(\.\d+)?(m|k|[MGT]|[KMGT]i)?$/, 'a Kubernetes quantity, for example 0.5 or 512Mi')
const helmSet = z
  .string()
  .regex(/^[a-zA-Z][^\s=]*=\S*$/, 'values for helm --set, for example dapr_operator.logLevel=debug')

const goDuration = z.string().regex(/^(\d+(\.\d+)?(h|m|s))+$/, 'a duration, for example 10m')

/** The variables for the resources of apps and sidecars, and the fields of an app that they override. */
export const resourceVariables = {
  DAPR_APP_CPU_LIMIT: 'appCPULimit',
  DAPR_APP_CPU_REQUEST: 'appCPURequest',
  DAPR_APP_MEMORY_LIMIT: 'appMemoryLimit',
  DAPR_APP_MEMORY_REQUEST: 'appMemoryRequest',
  DAPR_SIDECAR_CPU_LIMIT: 'daprCPULimit',
  DAPR_SIDECAR_CPU_REQUEST: 'daprCPURequest',
  DAPR_SIDECAR_MEMORY_LIMIT: 'daprMemoryLimit',
  DAPR_SIDECAR_MEMORY_REQUEST: 'daprMemoryRequest',
} as const
type ResourceVariable = keyof typeof resourceVariables
const resourceNames = Object.keys(resourceVariables) as ResourceVariable[]

const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional())

const variables = z.object({
  DAPR_TEST_NAMESPACE: optional(namespace),
  DAPR_NAMESPACE: optional(namespace),
  DAPR_REGISTRY: optional(registry),
  DAPR_TAG: optional(tag),
  DAPR_TEST_REGISTRY: optional(registry),
  DAPR_TEST_TAG: optional(tag),
  TARGET_OS: optional(goPlatform('GOOS', 'linux')),
  TARGET_ARCH: optional(goPlatform('GOARCH', 'amd64')),
  DAPR_TEST_REGISTRY_SECRET: optional(
    z.string().regex(/^[a-z0-9][-a-z0-9.]{0,252}$/, 'the name of a Secret'),
  ),
  PULL_POLICY: optional(z.enum(pullPolicies, pullPolicies.join(', '))),
  DAPR_PERF_SERVICE_TYPE: optional(z.enum(serviceTypes, serviceTypes.join(', '))),
  DAPR_TEST_MINIKUBE_IP: optional(address),
  MINIKUBE_NODE_IP: optional(address),
  ADDITIONAL_HELM_SET: optional(helmSet),
  DAPR_APP_CPU_LIMIT: optional(quantity),
  DAPR_APP_CPU_REQUEST: optional(quantity),
  DAPR_APP_MEMORY_LIMIT: optional(quantity),
  DAPR_APP_MEMORY_REQUEST: optional(quantity),
  DAPR_SIDECAR_CPU_LIMIT: optional(quantity),
  DAPR_SIDECAR_CPU_REQUEST: optional(quantity),
  DAPR_SIDECAR_MEMORY_LIMIT: optional(quantity),
  DAPR_SIDECAR_MEMORY_REQUEST: optional(quantity),
  DAPR_PERF_NODE_TIMEOUT: optional(goDuration),
})

/** The settings of a cluster, from the environment variables of Dapr's Go suite. An empty variable counts as unset. */
export interface KubernetesSettings {
  /** The namespace of the apps: DAPR_TEST_NAMESPACE, or else DAPR_NAMESPACE, or else dapr-tests. */
  testNamespace: string
  /** The namespace of Dapr's control plane: DAPR_NAMESPACE, or else the apps' namespace. */
  daprNamespace: string
  /** DAPR_REGISTRY, the registry of Dapr's own images. */
  daprRegistry: string | undefined
  /** The tag of Dapr's own images: `DAPR_TAG-OS-ARCH`, where DAPR_TAG is dev by default. */
  daprTag: string
  /** The registry of the apps' images: DAPR_TEST_REGISTRY, or else DAPR_REGISTRY. */
  testRegistry: string | undefined
  /** The tag of the apps' images: DAPR_TEST_TAG, or else the tag of Dapr's own images. */
  testTag: string
  /** TARGET_OS, by default linux. */
  targetOs: string
  /** TARGET_ARCH, by default this machine's. As in GOARCH: amd64, arm64. */
  targetArch: string
  /** DAPR_TEST_REGISTRY_SECRET, the name of the image pull secret in the namespace. */
  pullSecret: string | undefined
  /** PULL_POLICY, the imagePullPolicy of all containers; by default Always. */
  pullPolicy: (typeof pullPolicies)[number]
  /** DAPR_PERF_SERVICE_TYPE, the type of the Services of apps with an ingress; by default NodePort where `nodeAddress` is set, else ClusterIP. */
  serviceType: (typeof serviceTypes)[number]
  /** The address of a node, for Services of type NodePort: DAPR_TEST_MINIKUBE_IP, or else MINIKUBE_NODE_IP. */
  nodeAddress: string | undefined
  /** DAPR_PERF_NODE_TIMEOUT, how long a pod may wait for a node that has room for it, as a Go duration. */
  nodeTimeout: string | undefined
  /** ADDITIONAL_HELM_SET, further values of Dapr's chart, as for `helm --set`. */
  helmSet: string | undefined
  /** Resources that all apps have instead of those in the case; see `resourceVariables`. */
  resources: { [Name in ResourceVariable as (typeof resourceVariables)[Name]]?: string }
}

/** @throws InputError that names each variable with an invalid value */
export function readKubernetesSettings(env: NodeJS.ProcessEnv = process.env): KubernetesSettings {
  const { data, error } = variables.safeParse(env)
  if (error) {
    const lines = error.issues.map(
      ({ path: [name], message }) => `${String(name)}=${env[String(name)]}: expected ${message}`,
    )
    throw new InputError(lines.join('\n'))
  }
  const targetOs = data.TARGET_OS ?? 'linux'
  const targetArch = data.TARGET_ARCH ?? (arch() === 'x64' ? 'amd64' : arch())
  const daprTag = `${data.DAPR_TAG ?? 'dev'}-${targetOs}-${targetArch}`
  const testNamespace = data.DAPR_TEST_NAMESPACE ?? data.DAPR_NAMESPACE ?? 'dapr-tests'
  const nodeAddress = data.DAPR_TEST_MINIKUBE_IP ?? data.MINIKUBE_NODE_IP
  return {
    testNamespace,
    daprNamespace: data.DAPR_NAMESPACE ?? testNamespace,
    daprRegistry: data.DAPR_REGISTRY,
    daprTag,
    testRegistry: data.DAPR_TEST_REGISTRY ?? data.DAPR_REGISTRY,
    testTag: data.DAPR_TEST_TAG ?? daprTag,
    targetOs,
    targetArch,
    pullSecret: data.DAPR_TEST_REGISTRY_SECRET,
    pullPolicy: data.PULL_POLICY ?? 'Always',
    serviceType: data.DAPR_PERF_SERVICE_TYPE ?? (nodeAddress ? 'NodePort' : 'ClusterIP'),
    nodeAddress,
    nodeTimeout: data.DAPR_PERF_NODE_TIMEOUT,
    helmSet: data.ADDITIONAL_HELM_SET,
    resources: Object.fromEntries(
      resourceNames.flatMap((name) => (data[name] ? [[resourceVariables[name], data[name]]] : [])),
    ),
  }
}

/** The reference of an app's image. @throws InputError where neither DAPR_TEST_REGISTRY nor DAPR_REGISTRY is set */
export function testImage(imageName: string, settings: KubernetesSettings): string {
  if (!settings.testRegistry) {
    throw new InputError(
      "DAPR_TEST_REGISTRY is not set. Set it to the registry of the apps' images, for example\n" +
        '  export DAPR_TEST_REGISTRY=docker.io/USER',
    )
  }
  return `${settings.testRegistry}/${imageName}:${settings.testTag}`
}

/** The reference of the image of one of Dapr's programs. @throws InputError where DAPR_REGISTRY is not set */
export function daprImage(program: string, settings: KubernetesSettings): string {
  if (!settings.daprRegistry) {
    throw new InputError(
      "DAPR_REGISTRY is not set. Set it to the registry for Dapr's images, for example\n" +
        '  export DAPR_REGISTRY=docker.io/USER',
    )
  }
  return `${settings.daprRegistry}/${program}:${settings.daprTag}`
}
