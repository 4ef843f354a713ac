import { DaprPerfError } from '../../errors.js'
import type { Cluster } from '../../kubernetes/cluster.js'

/** The least rights that a run needs in its namespace, as the rules of a Role; docs/kubernetes-rights.yaml has them. */
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
]

interface Rule {
  apiGroups?: string[]
  resources?: string[]
  verbs: string[]
}

/** @throws DaprPerfError that lists every right that the user of the context lacks in the namespace */
export async function checkRights(cluster: Cluster, namespace: string): Promise<void> {
  const { status } = await cluster.authorization.createSelfSubjectRulesReview({
    body: { spec: { namespace } },
  })
  // Some authorizers can't list what they would allow: then a right that is missing shows where it is used.
  if (!status || status.incomplete) return
  const missing = missingRights(status.resourceRules)
  if (missing.length === 0) return
  throw new DaprPerfError(
    `the user of context ${cluster.context} may not do all that a run needs in namespace ${namespace}: ` +
      `${missing.join('; ')}. docs/kubernetes-rights.yaml grants it`,
  )
}

/** What of the needed rights the rules don't grant, such as `watch pods`. */
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
