import { isDeepStrictEqual } from 'node:util'
import type { V1Container, V1Pod, V1PodSpec, V1ResourceRequirements } from '@kubernetes/client-node'
import type { App } from '../../../description/app.js'
import { knownQuantity } from '../../../description/quantity.js'
import { deploymentOf } from '../manifests/manifests.js'
import { appOf, sidecarContainer, sidecarOf } from '../pods/pod-state.js'
import type { Run } from '../run/run.js'

/**
 * What the cluster's admission added to the pods of each app, or changed in them, besides Dapr's sidecar: webhooks such as
 * those of a mesh or an agent, and defaults of the namespace. Variables have their names only: values differ from pod to
 * pod, and may be secret.
 *
 * @returns by app, where there is anything
 */
export function admittedBesides(apps: App[], pods: V1Pod[], run: Run): Record<string, string[]> {
  const ofApps = apps.map((app) => {
    const sent = deploymentOf(app, run, []).spec?.template.spec as V1PodSpec
    const own = pods.filter((pod) => appOf(pod) === app.appName)
    return [app.appName, [...new Set(own.flatMap((pod) => changesOf(sent, pod, app)))].sort()] as const
  })
  return Object.fromEntries(ofApps.filter(([, changes]) => changes.length > 0))
}

function changesOf(sent: V1PodSpec, pod: V1Pod, app: App): string[] {
  const { containers = [], initContainers = [], runtimeClassName, hostNetwork } = pod.spec ?? {}
  const sidecar = sidecarOf(pod)
  return [
    ...added(sent.containers, containers).map((one) => `container ${described(one)}`),
    ...added(sent.initContainers, initContainers).map((one) => `init container ${described(one)}`),
    ...sent.containers.flatMap((one) => {
      const admitted = containers.find(({ name }) => name === one.name)
      return admitted ? changesOfContainer(one, admitted, app) : []
    }),
    ...(sidecar ? changesOfSidecar(sidecar, app) : []),
    ...(runtimeClassName !== sent.runtimeClassName ? [`runtimeClassName ${runtimeClassName}`] : []),
    ...(hostNetwork && !sent.hostNetwork ? ['hostNetwork'] : []),
  ]
}

const added = (sent: V1Container[] = [], admitted: V1Container[]) =>
  admitted.filter(({ name }) => name !== sidecarContainer && !sent.some((one) => one.name === name))

const described = ({ name, image }: V1Container) => (image ? `${name} (${image})` : name)

function changesOfContainer(sent: V1Container, admitted: V1Container, { appEnv }: App): string[] {
  const { name } = sent
  const before = new Map((sent.env ?? []).map((one) => [one.name, one]))
  const changed = (admitted.env ?? []).filter((one) => {
    const value = before.get(one.name)?.value
    // What stands for a component or an app has another name for each variant.
    return value !== undefined && typeof (appEnv[one.name] ?? '') === 'string' && (one.value ?? '') !== value
  })
  const isCommandSame = isDeepStrictEqual([sent.command, sent.args], [admitted.command, admitted.args])
  return [
    ...additions(
      admitted,
      ({ name: variable }) => before.has(variable) || /^(DAPR_|APP_PROTOCOL$)/.test(variable),
    ),
    ...changed.map((one) => `variable ${one.name} of ${name}, changed`),
    ...(isCommandSame ? [] : [`command of ${name}, changed`]),
    ...changesOfResources(sent.resources, admitted.resources).map((what) => `${what} of ${name}`),
  ]
}

/** Its resources are among the settings of the sidecars. */
function changesOfSidecar(sidecar: V1Container, { daprEnv }: App): string[] {
  const ofInjector = /^(DAPR_|NAMESPACE$|POD_NAME$|APP_API_TOKEN$|SENTRY_LOCAL_IDENTITY$)/
  return additions(sidecar, ({ name }) => name in daprEnv || ofInjector.test(name))
}

/** Variables and volumes that a container was sent without. */
function additions(
  { name, env = [], envFrom = [], volumeMounts = [] }: V1Container,
  isSent: (variable: { name: string }) => boolean,
): string[] {
  const sources = envFrom.map(({ configMapRef, secretRef }) => configMapRef?.name ?? secretRef?.name)
  const mounts = volumeMounts.filter(
    (mount) => !mount.name.startsWith('dapr-') && mount.mountPath !== serviceAccountPath,
  )
  return [
    ...env.filter((one) => !isSent(one)).map((one) => `variable ${one.name} of ${name}`),
    ...sources.map((source) => `variables from ${source} of ${name}`),
    ...mounts.map(({ mountPath }) => `volume at ${mountPath} of ${name}`),
  ]
}

/** Where Kubernetes itself mounts the token of a pod's service account. */
const serviceAccountPath = '/var/run/secrets/kubernetes.io/serviceaccount'

function changesOfResources(
  sent: V1ResourceRequirements = {},
  admitted: V1ResourceRequirements = {},
): string[] {
  // Kubernetes requests what is the limit where a pod says nothing else.
  const expected = { requests: { ...sent.limits, ...sent.requests }, limits: { ...sent.limits } }
  return (['requests', 'limits'] as const).flatMap((kind) =>
    Object.entries(admitted[kind] ?? {}).flatMap(([resource, quantity]) =>
      isSameQuantity(quantity, expected[kind][resource]) ? [] : [`${kind}.${resource} ${quantity}`],
    ),
  )
}

/** The API server writes 0.7 as 700m. */
function isSameQuantity(one: string, other: string | undefined): boolean {
  const [a = Number.NaN, b = Number.NaN] = [knownQuantity(one), knownQuantity(other)]
  return one === other || Math.abs(a - b) <= 1e-9 * Math.abs(a)
}
