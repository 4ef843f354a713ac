import { DaprPerfError } from '@dapr-perf/errors'
import type { Cluster } from '@dapr-perf/kubernetes'

/** The minimal permissions of a run in its namespace, as rules of a Role, the same as in docs/kubernetes-rights.yaml. */
export const neededRules = [
  {
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    verbs: ['create', 'get', 'list', 'update', 'delete'],
  },
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['create', 'list', 'watch', 'deletecollection'] },
  { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['deletecollection'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch', 'deletecollection'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: [''], resources: ['pods/portforward'], verbs: ['get', 'create'] },
  { apiGroups: [''], resources: ['services'], verbs: ['create', 'get', 'list', 'watch', 'deletecollection'] },
  { apiGroups: [''], resources: ['secrets'], verbs: ['create', 'deletecollection'] },
  { apiGroups: ['dapr.io'], resources: ['configurations'], verbs: ['create', 'deletecollection'] },
  { apiGroups: ['dapr.io'], resources: ['components'], verbs: ['create', 'deletecollection'] },
  { apiGroups: ['dapr.io'], resources: ['resiliencies'], verbs: ['create', 'deletecollection'] },
  { apiGroups: ['dapr.io'], resources: ['subscriptions'], verbs: ['create', 'deletecollection'] },
]

interface Rule {
  apiGroups?: string[]
  resources?: string[]
  verbs: string[]
}

/** @throws DaprPerfError that lists every permission that the user of the context lacks in the namespace */
export async function checkRights(cluster: Cluster, namespace: string): Promise<void> {
  const { status } = await cluster.authorization.createSelfSubjectRulesReview({
    body: { spec: { namespace } },
  })
  // Some authorizers can't list their rules: then a missing permission shows when it is needed.
  if (!status || status.incomplete) return
  const missing = missingRights(status.resourceRules)
  if (missing.length === 0) return
  throw new DaprPerfError(
    `the user of context ${cluster.context} lacks permissions that a run needs in namespace ${namespace}: ` +
      `${missing.join('; ')}. docs/kubernetes-rights.yaml grants them`,
  )
}

/** The needed permissions that the rules don't grant, such as `watch pods`. */
export function missingRights(granted: Rule[]): string[] {
  return neededRules.flatMap(({ apiGroups: [group = ''], resources: [resource = ''], verbs }) => {
    const lacking = verbs.filter((verb) => !granted.some((rule) => grants(rule, group, resource, verb)))
    return lacking.length > 0 ? [`${lacking.join(', ')} ${resource}`] : []
  })
}

const grants = (
  { apiGroups = [], resources = [], verbs }: Rule,
  group: string,
  resource: string,
  verb: string,
) => hasOrAll(apiGroups, group) && hasOrAll(resources, resource) && hasOrAll(verbs, verb)

const hasOrAll = (list: string[], entry: string) => list.includes('*') || list.includes(entry)
