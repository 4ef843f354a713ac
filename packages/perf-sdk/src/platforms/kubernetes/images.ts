import { DaprPerfError } from '../../errors.js'
import { findInRegistry } from '../../images/registry.js'
import { type KubernetesSettings, testImage } from '../../kubernetes/settings.js'
import type { App } from '../descriptions.js'

/** A registry that only the nodes reach is not worth waiting for: they say soon enough what they can't pull. */
const answersWithinMs = 2_000

/** @throws DaprPerfError that names the apps' images that the nodes have to pull, and their registry doesn't have */
export async function checkImages(apps: App[], settings: KubernetesSettings): Promise<void> {
  if (settings.pullPolicy !== 'Always') return
  const references = [...new Set(apps.map(({ imageName }) => testImage(imageName, settings)))]
  const looks = await Promise.all(references.map((reference) => findInRegistry(reference, answersWithinMs)))
  const missing = references.filter((_, i) => looks[i]?.is === 'missing')
  if (missing.length === 0) return
  throw new DaprPerfError(
    `not in the registry: ${missing.join(', ')}. ` +
      'Push what is missing with npx turbo push-perf-app-all, or correct DAPR_TEST_REGISTRY and DAPR_TEST_TAG',
  )
}
