import { appLabel, managedBy, partLabel, runLabel } from '@dapr-perf/kubernetes'
import type { KubernetesObject, V1Deployment, V1Service } from '@kubernetes/client-node'
import type { App, EnvironmentValue } from '../../../description/app.js'
import { testerName } from '../../../description/apps.js'
import { type Component, componentSpec } from '../../../description/component.js'
import { apiLoggingOf, type Configuration } from '../../../description/configuration.js'
import type { DaprResource } from '../../../description/dapr-resource.js'
import { annotationOfFlag } from '../../../description/sidecar-flags.js'
import { hasAffinityTo } from '../nodes/affinity.js'
import type { Run } from '../run/run.js'
import { imageOf } from './images.js'
import { mustComply, restrictedContainer, restrictedPod } from './pod-security.js'
import { appResources } from './resources.js'

/** A second is enough for stateless programs, and lets a run end quickly. */
const terminationSeconds = 1

/** The labels of a run's objects, or of those of a part of it. */
export const runLabels = ({ runId, part }: Pick<Run, 'runId' | 'part'>) => ({
  ...managedBy,
  [runLabel]: runId,
  ...(part && { [partLabel]: part.label }),
})

/** The metadata of an object of the run. */
function metadata(run: Run, name: string, labels: Record<string, string> = {}) {
  return {
    name: run.names.of(name),
    namespace: run.settings.testNamespace,
    labels: { ...labels, ...runLabels(run) },
    ownerReferences: [run.owner],
  }
}

/** The Deployment of an app. @param apps all apps of the run, with which it may share a node */
export function deploymentOf(
  app: App,
  run: Run,
  apps: App[],
  configuration: Configuration = {},
): V1Deployment {
  const podLabels = { ...app.labels, ...runLabels(run), [appLabel]: app.appName }
  const { targetOs, targetArch, pullSecret } = run.settings
  const runsOn = [
    { key: 'kubernetes.io/os', operator: 'In', values: [targetOs] },
    { key: 'kubernetes.io/arch', operator: 'In', values: [targetArch] },
  ]
  const neighbours = { ...app.podAffinityLabels, ...runLabels(run) }
  // A pod with affinity to an app that this run doesn't have could never be scheduled.
  const hasAffinity = apps.some((other) => other !== app && hasAffinityTo(app, other))
  const complies = mustComply(app, run)
  return {
    metadata: metadata(run, app.appName, { [appLabel]: app.appName }),
    spec: {
      replicas: app.replicas,
      selector: { matchLabels: { ...runLabels(run), [appLabel]: app.appName } },
      template: {
        metadata: {
          labels: podLabels,
          annotations: app.daprEnabled ? annotationsOf(app, run, configuration) : {},
        },
        spec: {
          terminationGracePeriodSeconds: terminationSeconds,
          enableServiceLinks: false,
          ...(complies && { securityContext: restrictedPod }),
          ...(pullSecret && { imagePullSecrets: [{ name: pullSecret }] }),
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchExpressions: runsOn, ...nodeNamed(run.part?.node) }],
              },
            },
            ...(hasAffinity && {
              podAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [
                  { labelSelector: { matchLabels: neighbours }, topologyKey: 'kubernetes.io/hostname' },
                ],
              },
            }),
          },
          containers: [
            {
              name: app.appName,
              image: imageOf(app, run.settings),
              imagePullPolicy: run.settings.pullPolicy,
              ports: [{ containerPort: app.appPort }],
              env: environmentOf(app, run),
              resources: appResources(app),
              ...(complies && { securityContext: restrictedContainer }),
              // Only until the app listens: later probes would disturb the load.
              startupProbe: { tcpSocket: { port: app.appPort }, periodSeconds: 1, failureThreshold: 60 },
            },
          ],
        },
      },
    },
  }
}

const nodeNamed = (node: string | undefined) =>
  node && { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }

function environmentOf(app: App, run: Run) {
  const own = Object.entries(app.appEnv).map(([name, value]) => [name, textOf(value, run)] as const)
  return [
    ...(app.appName === testerName ? [testerToken(run)] : []),
    ...[...new Map([['PORT', String(app.appPort)], ...own])].map(([name, value]) => ({ name, value })),
  ]
}

const testerToken = ({ names }: Run) => ({
  name: 'TESTER_TOKEN',
  valueFrom: { secretKeyRef: { name: names.ofRun(tokenSecret), key: tokenKey } },
})

function textOf(value: EnvironmentValue, { names }: Run): string {
  if (typeof value === 'string') return literal(value)
  return names.of('component' in value ? value.component : value.appId)
}

/** A variable's value that Kubernetes, which replaces `$(NAME)` and `$$` in it, leaves as it is. */
const literal = (value: string) => value.replaceAll('$', () => '$$')

function annotationsOf(app: App, run: Run, configuration: Configuration): Record<string, string> {
  const resources = {
    'sidecar-cpu-request': app.daprCPURequest,
    'sidecar-cpu-limit': app.daprCPULimit,
    'sidecar-memory-request': app.daprMemoryRequest,
    'sidecar-memory-limit': app.daprMemoryLimit,
  }
  const annotations: Record<string, string | undefined> = {
    enabled: 'true',
    'app-id': run.names.of(app.appName),
    'app-port': String(app.appPort),
    'app-protocol': app.appProtocol,
    config: run.names.of(configurationName),
    'log-as-json': 'true',
    'log-level': app.debugLoggingEnabled ? 'debug' : 'info',
    'enable-metrics': String(app.metricsEnabled),
    // The annotation would win over the Configuration.
    'enable-api-logging': apiLoggingOf(configuration) === undefined ? 'false' : undefined,
    env: sidecarVariables(app),
    'sidecar-image': run.part?.sidecars?.image,
    'sidecar-listen-addresses': app.appName === testerName ? run.part?.sidecars?.listenAddresses : undefined,
    'max-body-size': app.maxRequestSizeMB ? `${app.maxRequestSizeMB}Mi` : undefined,
    // Probed every second from the start, so that a ready sidecar is noticed soon.
    'sidecar-readiness-probe-delay-seconds': '0',
    'sidecar-readiness-probe-period-seconds': '1',
    'sidecar-readiness-probe-threshold': '60',
    ...resources,
    ...flagAnnotations(app),
  }
  const given = Object.entries(annotations).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given.map(([name, value]) => [`dapr.io/${name}`, value as string]))
}

/** Those that mean the same as the flags of an app's sidecar. */
function flagAnnotations({ daprArgs }: App): Record<string, string> {
  return Object.fromEntries(
    Object.entries(daprArgs).map(([name, value]) => [annotationOfFlag(name) ?? name, value]),
  )
}

function sidecarVariables({ daprEnv }: App): string | undefined {
  const variables = Object.entries(daprEnv).map(([name, value]) => `${name}=${literal(value)}`)
  return variables.length > 0 ? variables.join(',') : undefined
}

/** The Service of an app: other apps reach it by name and port, this process as its type says. */
export function serviceOf(app: App, run: Run): V1Service {
  return {
    metadata: metadata(run, app.appName, { [appLabel]: app.appName }),
    spec: {
      type: app.ingressEnabled ? run.settings.serviceType : 'ClusterIP',
      selector: { ...runLabels(run), [appLabel]: app.appName },
      publishNotReadyAddresses: true, // so that nodes learn of it while the pods start
      ports: [{ port: app.appPort, targetPort: app.appPort }],
    },
  }
}

const tokenSecret = 'tester-token'
const tokenKey = 'token'

export function tokenSecretOf(token: string, run: Run) {
  return { metadata: metadata(run, tokenSecret), stringData: { [tokenKey]: token } }
}

export interface DaprObject extends KubernetesObject {
  kind: string
  spec: object
  scopes?: string[]
}

const configurationName = 'dapr-perf'

/** The Configuration of the run's sidecars. */
export function configurationOf(spec: Configuration, run: Run): DaprObject {
  return {
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Configuration',
    metadata: metadata(run, configurationName),
    spec,
  }
}

/** A component of the case, only for the apps of this run. */
export function componentOf(component: Component, run: Run): DaprObject {
  if (component.resource) return resourceOf({ ...component.resource, scopes: component.scopes }, run)
  return {
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Component',
    metadata: metadata(run, component.name),
    spec: componentSpec(component),
    scopes: component.scopes.map((appName) => run.names.of(appName)),
  }
}

/** What was given as a file, only for the apps of this run, and with the metadata of this run's objects. */
export function resourceOf({ name, scopes, document }: DaprResource, run: Run): DaprObject {
  return {
    ...document,
    metadata: metadata(run, name),
    scopes: scopes.map((appName) => run.names.of(appName)),
  }
}
