import { InputError } from '../errors.js'
import { imageTarget } from './target.js'

const registryPattern = /^[a-zA-Z0-9.-]+(:\d{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/

/** Where the perf app images are and how they are tagged: DAPR_TEST_REGISTRY and DAPR_TEST_TAG. */
export function perfAppImages(env: NodeJS.ProcessEnv = process.env): { registry: string; tag: string } {
  const variable = env.DAPR_TEST_REGISTRY || !env.DAPR_REGISTRY ? 'DAPR_TEST_REGISTRY' : 'DAPR_REGISTRY'
  const tag = env.DAPR_TEST_TAG ? checkedTag('DAPR_TEST_TAG', env.DAPR_TEST_TAG) : tagForTarget(env)
  return { registry: neededRegistry(variable, env), tag }
}

/** Where Dapr's own images are and how they are tagged: DAPR_REGISTRY, DAPR_TAG, TARGET_OS and TARGET_ARCH. */
export function daprImages(env: NodeJS.ProcessEnv = process.env): { registry: string; tag: string } {
  return { registry: neededRegistry('DAPR_REGISTRY', env), tag: tagForTarget(env) }
}

function tagForTarget(env: NodeJS.ProcessEnv): string {
  const { os, arch } = imageTarget(env)
  return `${checkedTag('DAPR_TAG', env.DAPR_TAG || 'dev')}-${os}-${arch}`
}

function neededRegistry(variable: string, env: NodeJS.ProcessEnv): string {
  const registry = env[variable]
  const example = `export ${variable}=docker.io/YOUR-NAME`
  if (!registry)
    throw new InputError(`${variable} is not set: say where images are kept, for example ${example}`)
  if (registryPattern.test(registry)) return registry
  throw new InputError(
    `${variable}=${registry}: expected a registry without https:// and final /, for example ${example}`,
  )
}

function checkedTag(variable: string, tag: string): string {
  if (tagPattern.test(tag)) return tag
  throw new InputError(`${variable}=${tag}: expected the tag of an image, for example ${variable}=dev`)
}
