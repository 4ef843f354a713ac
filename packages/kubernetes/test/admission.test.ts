import { describe, expect, it } from 'vitest'
import { admissionAdvice } from '../src/admission.js'

const pod = 'pods "testapp-x7k2p-1" is forbidden: '
const raise = "raise the namespace's quota (kubectl describe quota)"
const sidecarAnd = (end: string) => `DAPR_APP_${end} and DAPR_SIDECAR_${end}`

describe('a quota', () => {
  it.each([
    [
      'exceeded quota: small, requested: limits.cpu=8, used: limits.cpu=0, limited: limits.cpu=2',
      `Lower ${sidecarAnd('CPU_LIMIT')}, or ${raise}`,
    ],
    [
      'exceeded quota: q, requested: memory=500Mi,requests.cpu=200m, used: memory=0,requests.cpu=0, limited: memory=1,requests.cpu=1',
      `Lower ${sidecarAnd('MEMORY_REQUEST')}, ${sidecarAnd('CPU_REQUEST')}, or ${raise}`,
    ],
    [
      'failed quota: q: must specify limits.cpu for: orders; requests.memory for: orders',
      `Set ${sidecarAnd('CPU_LIMIT')}, ${sidecarAnd('MEMORY_REQUEST')}`,
    ],
    [
      'failed quota: q: must specify cpu,memory',
      `Set ${sidecarAnd('CPU_REQUEST')}, ${sidecarAnd('MEMORY_REQUEST')}`,
    ],
    [
      'exceeded quota: lb, requested: services.loadbalancers=1, used: services.loadbalancers=0, limited: services.loadbalancers=0',
      `Set DAPR_PERF_SERVICE_TYPE=ClusterIP, which needs no load balancer and no port of a node, or ${raise}`,
    ],
    [
      'exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1',
      `Remove what killed runs have left (npx dapr-perf clean --platform kubernetes), or ${raise}`,
    ],
  ])('%s', (problem, advice) => {
    expect(admissionAdvice(pod + problem)).toBe(advice)
  })
})

describe('a LimitRange', () => {
  const look = '(kubectl describe limitrange)'

  it.each([
    [
      'maximum cpu usage per Container is 1, but limit is 4',
      `Set ${sidecarAnd('CPU_LIMIT')} to at most 1 ${look}`,
    ],
    [
      'minimum memory usage per Container is 300Mi, but request is 250Mi',
      `Set ${sidecarAnd('MEMORY_REQUEST')} to at least 300Mi ${look}`,
    ],
    [
      'maximum memory usage per Pod is 1Gi.  No limit is specified',
      `Set ${sidecarAnd('MEMORY_LIMIT')} to at most 1Gi ${look}`,
    ],
    [
      'cpu max limit to request ratio per Container is 2, but provided ratio is 40.000000',
      `Raise ${sidecarAnd('CPU_REQUEST')}, or lower ${sidecarAnd('CPU_LIMIT')}: a limit may be 2 times its request ${look}`,
    ],
    [
      '[maximum cpu usage per Container is 1500m, but limit is 4, minimum cpu usage per Container is 200m, but request is 100m]',
      `Set ${sidecarAnd('CPU_LIMIT')} to at most 1500m; set ${sidecarAnd('CPU_REQUEST')} to at least 200m ${look}`,
    ],
  ])('%s', (problem, advice) => {
    expect(admissionAdvice(pod + problem)).toBe(advice)
  })
})

describe('Pod Security', () => {
  it('that only a sidecar violates: how to install a Dapr that complies', () => {
    const advice = admissionAdvice(
      `${pod}violates PodSecurity "restricted:latest": unrestricted capabilities (container "daprd" must set securityContext.capabilities.drop=["ALL"])`,
    )
    expect(advice).toContain('label pod-security.kubernetes.io/enforce=restricted needs a Dapr')
    expect(advice).toContain('dapr_sidecar_injector.sidecarDropALLCapabilities=true')
  })

  it('that apps violate: which label, and which containers', () => {
    const advice = admissionAdvice(
      `${pod}violates PodSecurity "restricted:v1.34": allowPrivilegeEscalation != false (container "orders" must set securityContext.allowPrivilegeEscalation=false), ` +
        'runAsNonRoot != true (pod or containers "orders", "web" must set securityContext.runAsNonRoot=true), ' +
        'seccompProfile (pod or container "orders" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    )
    expect(advice).toBe(
      "The namespace's label pod-security.kubernetes.io/enforce=restricted does not allow orders, web: " +
        'choose another namespace with DAPR_TEST_NAMESPACE',
    )
  })
})

it('other messages are left to others', () => {
  expect(admissionAdvice('pods "a" not found')).toBeUndefined()
})
