import type { Target } from '@dapr-perf/dapr'
import { InputError } from '@dapr-perf/errors'
import type { KubernetesSettings } from '@dapr-perf/kubernetes/settings'

/** The platform of the images: TARGET_OS and TARGET_ARCH. @throws InputError for an unsupported one */
export function imageTarget({ targetOs, targetArch }: KubernetesSettings): Target {
  if (targetOs !== 'linux') throw new InputError(`TARGET_OS=${targetOs}: only linux images can be built`)
  if (!['amd64', 'arm64'].includes(targetArch)) {
    throw new InputError(`TARGET_ARCH=${targetArch}: only amd64 and arm64 images can be built`)
  }
  return { os: targetOs, arch: targetArch }
}
