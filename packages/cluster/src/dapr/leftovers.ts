import { type Cluster, hasLabel, ignoreNotFound, installed, selector } from '@dapr-perf/kubernetes'
import type { KubernetesObject } from '@kubernetes/client-node'
import { releaseNameAnnotation } from './helm-release.js'

/** An object outside its release's namespace, or cluster-scoped, that Dapr's chart has created. */
export interface DaprObject {
  object: KubernetesObject
  /** The namespace of the release. */
  releasedIn: string
  /** The name of the release. */
  release: string
  /** Whether dapr-perf has installed it. */
  isOurs: boolean
  /** Whether that Dapr is still installed. */
  isAlive: boolean
}

/** The kinds that Dapr's chart creates outside the namespace of its release. */
const kinds = [
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' },
  { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration' },
]
/** Selects everything that Dapr's chart creates. */
export const partOfDapr = selector({ 'app.kubernetes.io/part-of': 'dapr' })
const releaseNamespace = 'meta.helm.sh/release-namespace'

/** The objects that releases of Dapr's chart have created outside their own namespaces. */
export async function findDaprObjects(cluster: Cluster): Promise<DaprObject[]> {
  const found = (await Promise.all(kinds.map((kind) => listed(cluster, kind)))).flat()
  const operators = await cluster.apps.listDeploymentForAllNamespaces({ labelSelector: 'app=dapr-operator' })
  const operatorsIn = operators.items.map(({ metadata }) => metadata?.namespace as string)
  const alive = new Map<string, Promise<boolean>>()
  return Promise.all(
    found
      .filter(({ metadata }) => {
        const releasedIn = metadata?.annotations?.[releaseNamespace]
        return !releasedIn || releasedIn !== metadata?.namespace
      })
      .map(async (object) => {
        // Without the annotation it was installed without helm: it belongs to the operator that there is.
        const {
          [releaseNamespace]: releasedIn = operatorsIn[0] ?? '',
          [releaseNameAnnotation]: release = '',
        } = object.metadata?.annotations ?? {}
        const key = `${releasedIn}/${release}`
        if (!alive.has(key)) {
          const hasOperator = operatorsIn.includes(releasedIn)
          alive.set(key, hasOperator ? Promise.resolve(true) : hasRelease(cluster, releasedIn, release))
        }
        const isAlive = (await alive.get(key)) as boolean
        return { object, releasedIn, release, isOurs: hasLabel(object, installed), isAlive }
      }),
  )
}

/** Removes objects that `findDaprObjects` has found. @returns a line for each */
export async function removeDaprObjects(cluster: Cluster, objects: DaprObject[]): Promise<string[]> {
  await Promise.all(objects.map(({ object }) => ignoreNotFound(cluster.objects.delete(object))))
  return objects.map((object) => `${describe(object)}: removed`)
}

/** `ClusterRole dapr-operator-admin, of a Dapr in namespace dapr-system` */
export function describe({ object, releasedIn }: DaprObject): string {
  const { name, namespace } = object.metadata ?? {}
  const where = namespace ? ` in namespace ${namespace}` : ''
  return `${object.kind} ${name}${where}, of a Dapr in namespace ${releasedIn || 'unknown'}`
}

async function listed(
  cluster: Cluster,
  { apiVersion, kind }: (typeof kinds)[number],
): Promise<KubernetesObject[]> {
  const defaults = [undefined, undefined, undefined, undefined, undefined] as const
  const { items } = await cluster.objects.list(apiVersion, kind, ...defaults, partOfDapr)
  return items.map((item) => ({ ...item, apiVersion, kind }))
}

/** Helm stores a release in Secrets of its namespace. */
async function hasRelease(cluster: Cluster, namespace: string, release: string): Promise<boolean> {
  if (!namespace) return false
  const labelSelector = selector({ owner: 'helm', name: release })
  const secrets = await cluster.core.listNamespacedSecret({ namespace, labelSelector })
  return secrets.items.length > 0
}
