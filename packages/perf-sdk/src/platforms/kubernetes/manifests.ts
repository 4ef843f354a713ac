import type { KubernetesObject, V1Deployment, V1OwnerReference, V1Service } from '@kubernetes/client-node'
import { appLabel, managedBy, runLabel } from '../../kubernetes/labels.js'
import { type KubernetesSettings, testImage } from '../../kubernetes/settings.js'
import type { App, Component } from '../descriptions.js'
import type { RunNames } from './names.js'
import { appResources } from './resources.js'

/** A second is enough for programs that keep nothing, and lets a run end quickly. */
const terminationSeconds = 1

/** What all objects of a run share. */
export interface Run {
  runId: string
  names: RunNames
  settings: KubernetesSettings
  /** With it goes all that it owns, whoever deletes it. */
  owner: V1OwnerReference
}

export const sidecarContainer = 'daprd'

export const runLabels = ({ runId }: Pick<Run, 'runId'>) => ({ ...managedBy, [runLabel]: runId })

/** metadata of an object of the run. */
function metadata(run: Run, name: string, labels: Record<string, string> = {}) {
  return {
    name: run.names.of(name),
    namespace: run.settings.testNamespace,
    labels: { ...labels, ...runLabels(run) },
    ownerReferences: [run.owner],
  }
}

/** What else the test has. */
export interface Neighbours {
  apps: App[]
  components: Component[]
}

/** Whether an app asks to stand on the node of another. */
export const isBeside = ({ podAffinityLabels }: App, { labels }: App) => {
  const wanted = Object.entries(podAffinityLabels)
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value)
}

/** The Deployment of an app. Where its environment names a component, such as `NAME/TOPIC`, it gets this run's name. */
export function deploymentOf(app: App, run: Run, { apps, components }: Neighbours): V1Deployment {
  const podLabels = { ...app.labels, ...runLabels(run), [appLabel]: app.appName }
  const { targetOs, targetArch, pullSecret } = run.settings
  const runsOn = [
    { key: 'kubernetes.io/os', operator: 'In', values: [targetOs] },
    { key: 'kubernetes.io/arch', operator: 'In', values: [targetArch] },
  ]
  const besides = { ...app.podAffinityLabels, ...runLabels(run) }
  // No node would do for a pod that has to stand beside one that this test doesn't have.
  const hasAffinity = apps.some((other) => other !== app && isBeside(app, other))
  return {
    metadata: metadata(run, app.appName, { [appLabel]: app.appName }),
    spec: {
      replicas: app.replicas,
      selector: { matchLabels: { ...runLabels(run), [appLabel]: app.appName } },
      template: {
        metadata: { labels: podLabels, annotations: app.daprEnabled ? annotationsOf(app, run) : {} },
        spec: {
          terminationGracePeriodSeconds: terminationSeconds,
          enableServiceLinks: false,
          ...(pullSecret && { imagePullSecrets: [{ name: pullSecret }] }),
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchExpressions: runsOn }],
              },
            },
            ...(hasAffinity && {
              podAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [
                  { labelSelector: { matchLabels: besides }, topologyKey: 'kubernetes.io/hostname' },
                ],
              },
            }),
          },
          containers: [
            {
              name: app.appName,
              image: testImage(app.imageName, run.settings),
              imagePullPolicy: run.settings.pullPolicy,
              ports: [{ containerPort: app.appPort }],
              env: environmentOf(app, run, components),
              resources: appResources(app),
              // It says when the app listens, and then leaves it alone.
              startupProbe: { tcpSocket: { port: app.appPort }, periodSeconds: 1, failureThreshold: 60 },
            },
          ],
        },
      },
    },
  }
}

function environmentOf(app: App, run: Run, components: Component[]) {
  const own = Object.entries(app.appEnv).map(
    ([name, value]) => [name, run.names.inPath(value, components)] as const,
  )
  return [
    {
      name: 'TESTER_TOKEN',
      valueFrom: { secretKeyRef: { name: run.names.of(tokenSecret), key: tokenKey } },
    },
    ...[...new Map([['PORT', String(app.appPort)], ...own])].map(([name, value]) => ({ name, value })),
  ]
}

function annotationsOf(app: App, run: Run): Record<string, string> {
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
    'enable-api-logging': 'false',
    'max-body-size': app.maxRequestSizeMB ? `${app.maxRequestSizeMB}Mi` : undefined,
    // It is asked every second from its start, so that nobody waits for a sidecar that is ready.
    'sidecar-readiness-probe-delay-seconds': '0',
    'sidecar-readiness-probe-period-seconds': '1',
    'sidecar-readiness-probe-threshold': '60',
    ...resources,
  }
  const given = Object.entries(annotations).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given.map(([name, value]) => [`dapr.io/${name}`, value as string]))
}

/** The Service of an app: its name and port are how other apps reach it, its type how this process does. */
export function serviceOf(app: App, run: Run): V1Service {
  return {
    metadata: metadata(run, app.appName, { [appLabel]: app.appName }),
    spec: {
      type: app.ingressEnabled ? run.settings.serviceType : 'ClusterIP',
      selector: { ...runLabels(run), [appLabel]: app.appName },
      publishNotReadyAddresses: true, // nodes learn of it meanwhile
      ports: [{ port: app.appPort, targetPort: app.appPort }],
    },
  }
}

const tokenSecret = 'tester-token'
const tokenKey = 'token'

export function tokenSecretOf(token: string, run: Run) {
  return { metadata: metadata(run, tokenSecret), stringData: { [tokenKey]: token } }
}

interface DaprObject extends KubernetesObject {
  spec: object
  scopes?: string[]
}

const configurationName = 'dapr-perf'

/** Dapr's settings for the sidecars: what would cost without being asked for is off. */
export function configurationOf(run: Run): DaprObject {
  return {
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Configuration',
    metadata: metadata(run, configurationName),
    spec: { tracing: { samplingRate: '0' }, metrics: { enabled: true } },
  }
}

/** A component of the case, for the apps of this run alone. */
export function componentOf(component: Component, run: Run): DaprObject {
  return {
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Component',
    metadata: metadata(run, component.name),
    spec: componentSpec(component),
    scopes: component.scopes.map((appName) => run.names.of(appName)),
  }
}

export const componentSpec = ({ typeName: type, version, metadata: fields }: Component) => ({
  type,
  version,
  metadata: Object.entries(fields).map(([name, value]) => ({ name, value })),
})
