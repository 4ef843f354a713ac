import type { Target } from '@dapr-perf/dapr'
import { findInRegistry } from '@dapr-perf/kubernetes/settings'
import type { ImageBuilder } from './builder.js'

/** The image that another one is built on. */
export interface BaseImage {
  /** With the digest in place of the tag, where the registry gave it. */
  reference: string
  /** `sha256:…`, of exactly this image; undefined where it is unknown. */
  digest?: string
}

/**
 * Finds out which image a base image's tag means now: the one in the builder's local store, which is used in a build if it
 * is there, or else the registry's, which is then pulled by its digest.
 *
 * @param report called where neither is known
 */
export async function resolveBaseImage(
  reference: string,
  target: Target,
  builder: Pick<ImageBuilder, 'digestOf'>,
  report: (line: string) => void,
): Promise<BaseImage> {
  const [, given] = reference.split('@')
  if (given) return { reference, digest: given }
  const local = await builder.digestOf(reference, target)
  if (local) return { reference, digest: local }
  const found = await findInRegistry(reference)
  if (found.is === 'there' && found.digest)
    return { reference: `${reference.replace(/:[^:/]*$/, '')}@${found.digest}`, digest: found.digest }
  const reason = found.is === 'unknown' ? found.reason : 'it is neither local nor in the registry'
  report(`base image ${reference}: not pinned, its digest is unknown: ${reason}`)
  return { reference }
}
