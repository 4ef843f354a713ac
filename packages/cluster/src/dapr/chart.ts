import { join } from 'node:path'
import { daprCheckout, daprGoModule, daprPrograms, daprVersion } from '@dapr-perf/dapr'
import { DaprPerfError } from '@dapr-perf/errors'
import { installed } from '@dapr-perf/kubernetes'
import { daprImage, findInRegistry, type KubernetesSettings } from '@dapr-perf/kubernetes/settings'
import { execa } from 'execa'

const publishedRegistry = 'ghcr.io/dapr'
const publishedCharts = 'https://dapr.github.io/helm-charts/'

/** Helm's arguments for Dapr's chart: from DAPR_SOURCE, the pinned Go module, or else the published chart. */
export async function daprChart(env: NodeJS.ProcessEnv): Promise<{ chart: string[]; source: string }> {
  const checkout = daprCheckout(env)
  if (checkout) return { chart: [join(checkout, 'charts', 'dapr')], source: checkout }
  const version = await daprVersion()
  const args = ['mod', 'download', '-json', `github.com/dapr/dapr@v${version}`]
  const { stdout, failed } = await execa('go', args, { cwd: daprGoModule(), reject: false })
  if (failed) {
    return { chart: ['dapr', '--repo', publishedCharts, '--version', version], source: `release ${version}` }
  }
  return { chart: [join(JSON.parse(stdout).Dir, 'charts', 'dapr')], source: `Go module, version ${version}` }
}

/**
 * The chart's values, with the settings of the Go suite, for the images of DAPR_REGISTRY or the published ones.
 *
 * @param isOurs whether the release is dapr-perf's: then its objects get the label `installed`
 * @throws DaprPerfError where an image is missing in the registry
 */
export async function chartValues(settings: KubernetesSettings, isOurs: boolean) {
  const { daprRegistry, daprTag, targetOs, targetArch, pullSecret, pullPolicy: imagePullPolicy } = settings
  const digests = await imageDigests(settings)
  // Restarts the pods whose image has changed under the same tag, and all of them where the digest is unknown.
  const now = new Date().toISOString()
  const annotations = (program: string) => ({
    'dapr-perf/image': daprRegistry ? (digests[program] ?? now) : '',
  })
  return {
    global: {
      ha: { enabled: false },
      registry: daprRegistry ?? publishedRegistry,
      tag: daprRegistry ? daprTag : await daprVersion(),
      logAsJson: true,
      daprControlPlaneOs: targetOs,
      daprControlPlaneArch: targetArch,
      imagePullPolicy,
      imagePullSecrets: pullSecret ?? '',
      mtls: { enabled: true },
      // With the sidecars' setting below, what Pod Security's level restricted asks for.
      seccompProfile: 'RuntimeDefault',
      ...(isOurs && { k8sLabels: installed }),
    },
    dapr_operator: { deploymentAnnotations: annotations('operator') },
    dapr_placement: {
      logLevel: 'debug',
      cluster: { forceInMemoryLog: true },
      statefulsetAnnotations: annotations('placement'),
    },
    dapr_scheduler: {
      logLevel: 'debug',
      cluster: { inMemoryStorage: true },
      statefulsetAnnotations: annotations('scheduler'),
    },
    dapr_sentry: { logLevel: 'debug', deploymentAnnotations: annotations('sentry') },
    dapr_sidecar_injector: {
      sidecarImagePullPolicy: imagePullPolicy,
      sidecarDropALLCapabilities: true,
      deploymentAnnotations: annotations('injector'),
    },
  }
}

/** The digest of each program's image, undefined where it is unknown. */
async function imageDigests(settings: KubernetesSettings): Promise<Record<string, string | undefined>> {
  // With another pull policy the images may exist only on the nodes.
  if (!settings.daprRegistry || settings.pullPolicy !== 'Always') return {}
  const images = await Promise.all(
    daprPrograms.map(async (program) => {
      const reference = daprImage(program, settings)
      return { program, reference, presence: await findInRegistry(reference) }
    }),
  )
  const missing = images.filter(({ presence }) => presence.is === 'missing').map(({ reference }) => reference)
  if (missing.length > 0) {
    throw new DaprPerfError(
      `not in the registry: ${missing.join(', ')}. ` +
        'Push them with npx turbo docker-push, or correct DAPR_REGISTRY and DAPR_TAG',
    )
  }
  return Object.fromEntries(
    images.map(({ program, presence }) => [program, presence.is === 'there' ? presence.digest : undefined]),
  )
}
