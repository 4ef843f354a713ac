import { DaprPerfError, InputError } from '@dapr-perf/errors'
import { findInRegistry, type KubernetesSettings, testImage } from '@dapr-perf/kubernetes/settings'
import type { App } from '../../../description/app.js'

/** Don't wait for a registry that only the nodes reach: they report soon enough what they can't pull. */
const answersWithinMs = 2_000

/** The image of an app. @throws InputError if it has none */
export function imageOf({ appName, imageName, command, image }: App, settings: KubernetesSettings): string {
  if (imageName) return testImage(imageName, settings)
  if (image) return image
  throw new InputError(
    `${appName}: on Kubernetes an app needs an image, and this one has only the command ${command?.join(' ')}`,
  )
}

/** @throws DaprPerfError that names the apps' images that have to be pulled but are not in their registry */
export async function checkImages(apps: App[], settings: KubernetesSettings): Promise<void> {
  const references = [...new Set(apps.map((app) => imageOf(app, settings)))]
  if (settings.pullPolicy !== 'Always') return
  const looks = await Promise.all(references.map((reference) => findInRegistry(reference, answersWithinMs)))
  const missing = references.filter((_, i) => looks[i]?.is === 'missing')
  if (missing.length === 0) return
  const own = apps.flatMap(({ image }) => image ?? [])
  const advice = missing.every((reference) => own.includes(reference))
    ? "Push what is missing, or correct the app's image in the case"
    : 'Push what is missing with npx turbo push-perf-app-all, or correct DAPR_TEST_REGISTRY and DAPR_TEST_TAG'
  throw new DaprPerfError(`not in the registry: ${missing.join(', ')}. ${advice}`)
}
