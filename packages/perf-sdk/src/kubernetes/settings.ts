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

const optional = <Schema extends z.ZodType<string>>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional())

const variables = z.object({
  DAPR_TEST_NAMESPACE: optional(namespace),
  DAPR_NAMESPACE: optional(namespace),
  DAPR_TEST_REGISTRY: optional(registry),
  DAPR_TEST_TAG: optional(tag),
  TARGET_OS: optional(word('linux')),
  TARGET_ARCH: optional(word('amd64')),
})

/** What the Go suite's variables say about a cluster; an empty variable counts as absent. */
export interface KubernetesSettings {
  /** Where the apps run: DAPR_TEST_NAMESPACE, or DAPR_NAMESPACE, or dapr-tests. */
  testNamespace: string
  /** Where Dapr's control plane runs: DAPR_NAMESPACE, or the apps' namespace. */
  daprNamespace: string
  /** DAPR_TEST_REGISTRY, where the images of the apps are. */
  testRegistry: string | undefined
  /** DAPR_TEST_TAG, or dev-OS-ARCHITECTURE. */
  testTag: string
  /** TARGET_OS, or linux. */
  targetOs: string
  /** TARGET_ARCH, or this machine's. In Go's words: amd64, arm64. */
  targetArch: string
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
  const testNamespace = data.DAPR_TEST_NAMESPACE ?? data.DAPR_NAMESPACE ?? 'dapr-tests'
  return {
    testNamespace,
    daprNamespace: data.DAPR_NAMESPACE ?? testNamespace,
    testRegistry: data.DAPR_TEST_REGISTRY,
    testTag: data.DAPR_TEST_TAG ?? `dev-${targetOs}-${targetArch}`,
    targetOs,
    targetArch,
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
