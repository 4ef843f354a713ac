import { arch } from 'node:os'
import { z } from 'zod'
import { InputError } from '../errors.js'

const namespace = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'the name of a namespace, for example dapr-tests')
const registry = z
  .string()
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9.-]*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/,
    'a registry, and a folder in it, for example docker.io/USER',
  )
const tag = z.string().regex(/^\w[\w.-]{0,127}$/, "an image's tag, for example dev-linux-amd64")
const word = (example: string) => z.string().regex(/^[a-z0-9]+$/, `a name of Go's, for example ${example}`)

const address = z.union([z.ipv4(), z.ipv6(), z.hostname()], "a node's address, for example 192.168.49.2")
const serviceTypes = ['LoadBalancer', 'NodePort', 'ClusterIP'] as const

const pullPolicies = ['Always', 'IfNotPresent', 'Never'] as const

const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional())

const variables = z.object({
  DAPR_TEST_NAMESPACE: optional(namespace),
  DAPR_NAMESPACE: optional(namespace),
  DAPR_REGISTRY: optional(registry),
  DAPR_TAG: optional(tag),
  DAPR_TEST_REGISTRY: optional(registry),
  DAPR_TEST_TAG: optional(tag),
  TARGET_OS: optional(word('linux')),
  TARGET_ARCH: optional(word('amd64')),
  DAPR_TEST_REGISTRY_SECRET: optional(
    z.string().regex(/^[a-z0-9][-a-z0-9.]{0,252}$/, 'the name of a Secret'),
  ),
  PULL_POLICY: optional(z.enum(pullPolicies, pullPolicies.join(', '))),
  DAPR_PERF_SERVICE_TYPE: optional(z.enum(serviceTypes, serviceTypes.join(', '))),
  DAPR_TEST_MINIKUBE_IP: optional(address),
  MINIKUBE_NODE_IP: optional(address),
})

/** What the Go suite's variables say about a cluster; an empty variable counts as absent. */
export interface KubernetesSettings {
  /** Where the apps run: DAPR_TEST_NAMESPACE, or DAPR_NAMESPACE, or dapr-tests. */
  testNamespace: string
  /** Where Dapr's control plane runs: DAPR_NAMESPACE, or the apps' namespace. */
  daprNamespace: string
  /** DAPR_REGISTRY, where Dapr's own images are. */
  daprRegistry: string | undefined
  /** The tag of Dapr's own images: DAPR_TAG, or dev, with OS and architecture behind it. */
  daprTag: string
  /** DAPR_TEST_REGISTRY, or DAPR_REGISTRY: where the images of the apps are. */
  testRegistry: string | undefined
  /** DAPR_TEST_TAG, or the tag of Dapr's own images. */
  testTag: string
  /** TARGET_OS, or linux. */
  targetOs: string
  /** TARGET_ARCH, or this machine's. In Go's words: amd64, arm64. */
  targetArch: string
  /** DAPR_TEST_REGISTRY_SECRET, the Secret of the namespace with which images are pulled. */
  pullSecret: string | undefined
  /** PULL_POLICY, when images are pulled; Always. */
  pullPolicy: (typeof pullPolicies)[number]
  /** DAPR_PERF_SERVICE_TYPE, the type of the Services of apps that are reached from outside; LoadBalancer. */
  serviceType: (typeof serviceTypes)[number]
  /** DAPR_TEST_MINIKUBE_IP or MINIKUBE_NODE_IP, a node at which NodePorts answer. */
  nodeAddress: string | undefined
}

/** @throws InputError that names each variable that can't be used */
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
    serviceType: data.DAPR_PERF_SERVICE_TYPE ?? 'LoadBalancer',
    nodeAddress: data.DAPR_TEST_MINIKUBE_IP ?? data.MINIKUBE_NODE_IP,
  }
}

/** @throws InputError that shows the line to write, where DAPR_TEST_REGISTRY is not set */
export function testImage(imageName: string, settings: KubernetesSettings): string {
  if (!settings.testRegistry) {
    throw new InputError(
      'DAPR_TEST_REGISTRY is not set: say where the images of the apps are, for example\n' +
        '  export DAPR_TEST_REGISTRY=docker.io/USER',
    )
  }
  return `${settings.testRegistry}/${imageName}:${settings.testTag}`
}

/** @throws InputError that shows the line to write, where DAPR_REGISTRY is not set */
export function daprImage(program: string, settings: KubernetesSettings): string {
  if (!settings.daprRegistry) {
    throw new InputError(
      "DAPR_REGISTRY is not set: say where Dapr's images are to be kept, for example\n" +
        '  export DAPR_REGISTRY=docker.io/USER',
    )
  }
  return `${settings.daprRegistry}/${program}:${settings.daprTag}`
}
