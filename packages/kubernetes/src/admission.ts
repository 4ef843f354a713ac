/** What to do where Kubernetes does not admit an object; undefined for messages about something else. */
export function admissionAdvice(message: string): string | undefined {
  const webhook = /failed calling webhook|denied the request/.test(message)
  return (
    quotaAdvice(message) ??
    limitRangeAdvice(message) ??
    podSecurityAdvice(message) ??
    (webhook
      ? 'An admission webhook failed or rejected the request. List them: kubectl get mutatingwebhookconfigurations,validatingwebhookconfigurations'
      : undefined)
  )
}

/** `DAPR_APP_CPU_LIMIT and DAPR_SIDECAR_CPU_LIMIT` for cpu and limit. */
function variablesOf(resource: string, bound: string): string {
  const end = `${resource}_${bound}`.toUpperCase()
  return `DAPR_APP_${end} and DAPR_SIDECAR_${end}`
}

function quotaAdvice(message: string): string | undefined {
  const isMissing = message.includes('failed quota')
  if (!isMissing && !message.includes('exceeded quota')) return undefined
  const raise = "raise the namespace's quota (kubectl describe quota)"
  const [, exceeded = ''] = /requested: (.*?), used:/.exec(message) ?? []
  const [, unset = ''] = /must specify (.*)/.exec(message) ?? []
  // `cpu` and `memory` alone are short for requests.
  const found = (exceeded || unset).matchAll(/(?:^|[\s,;])(?:(limit|request)s\.)?(cpu|memory)\b/g)
  const variables = [...found].map(([, bound = 'request', resource = '']) => variablesOf(resource, bound))
  if (isMissing) return `Set ${[...new Set(variables)].join(', ')}`
  if (variables.length > 0) return `Lower ${variables.join(', ')}, or ${raise}`
  if (/services\.(loadbalancers|nodeports)=/.test(exceeded))
    return `Set DAPR_PERF_SERVICE_TYPE=ClusterIP, which needs no load balancer and no port of a node, or ${raise}`
  return `Remove what killed runs have left (npx dapr-perf clean --platform kubernetes), or ${raise}`
}

function limitRangeAdvice(message: string): string | undefined {
  const usage = /(maximum|minimum) (cpu|memory) usage per \w+ is ([\w.]+)(?:, but|\.\s+No) (limit|request)/g
  const ratio = /(cpu|memory) max limit to request ratio per \w+ is ([\w.]+)/g
  const advice = [
    ...[...message.matchAll(usage)].map(
      ([, extreme, resource = '', value, bound = '']) =>
        `set ${variablesOf(resource, bound)} to ${extreme === 'maximum' ? 'at most' : 'at least'} ${value}`,
    ),
    ...[...message.matchAll(ratio)].map(
      ([, resource = '', value]) =>
        `raise ${variablesOf(resource, 'request')}, or lower ${variablesOf(resource, 'limit')}: ` +
        `a limit may be ${value} times its request`,
    ),
  ].join('; ')
  return advice ? `${advice[0]?.toUpperCase()}${advice.slice(1)} (kubectl describe limitrange)` : undefined
}

function podSecurityAdvice(message: string): string | undefined {
  const [, level] = /violates PodSecurity "(\w+)/.exec(message) ?? []
  if (!level) return undefined
  const label = `pod-security.kubernetes.io/enforce=${level}`
  const containers = /containers? ((?:"[^"]+"(?:, | and )?)+)/g
  const names = [...message.matchAll(containers)].flatMap(([, list = '']) => list.match(/[^", ]+/g) ?? [])
  const isSidecar = names.length > 0 && names.every((name) => name === 'daprd')
  return isSidecar
    ? `The namespace's label ${label} needs a Dapr whose sidecars comply: that of npx turbo docker-deploy-k8s, ` +
        'or one with the Helm value dapr_sidecar_injector.sidecarDropALLCapabilities=true'
    : `The namespace's label ${label} does not allow ${[...new Set(names)].join(', ')}: ` +
        'choose another namespace with DAPR_TEST_NAMESPACE'
}
