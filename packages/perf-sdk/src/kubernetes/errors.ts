import { DaprPerfError } from '../errors.js'

/** An answer of the API server that is an error. */
export class KubernetesError extends DaprPerfError {
  constructor(
    message: string,
    /** HTTP's status; 0 where nobody answered. */
    readonly statusCode: number,
    /** Kubernetes' own word for it: NotFound, AlreadyExists, Forbidden, … */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

export const isNotFound = (error: unknown) => hasStatus(error, 404)
/** What is asked for can't be there, because its namespace is not. */
export const isMissingNamespace = (error: unknown) =>
  error instanceof KubernetesError && missingNamespace.test(error.message)
const missingNamespace = /namespaces "[^"]+" not found/
export const isConflict = (error: unknown) => hasStatus(error, 409)
/** Nobody answered, or whoever answered could not work at that moment: the same request may succeed later. */
export const isTransient = (error: unknown) =>
  error instanceof KubernetesError &&
  (error.statusCode === 0 || [429, 502, 503, 504].includes(error.statusCode))

const hasStatus = (error: unknown, status: number) =>
  error instanceof KubernetesError && error.statusCode === status

/** Whether there is no such object (any more): what a deletion may meet. */
export async function ignoreNotFound<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** No answer: the network, or a certificate. */
export function explainSilence(error: Error, server: string, context: string): KubernetesError {
  const { code } = error as NodeJS.ErrnoException
  const isTrust = /cert|self.signed|unable to verify|altname/i.test(`${code} ${error.message}`)
  const advice = isTrust
    ? 'Its certificate is not that of this context: is KUBECONFIG out of date?'
    : 'Is it running, and is a VPN needed? `kubectl config current-context` shows which cluster is meant'
  return new KubernetesError(
    `the cluster of context ${context} (${server}) doesn't answer: ${code ?? error.message}. ${advice}`,
    0,
    'NoAnswer',
    { cause: error },
  )
}

/** An answer that is an error: its own words, and what to do. */
export function explainAnswer(statusCode: number, text: string, context: string): KubernetesError {
  const { message, reason } = parseStatus(text)
  const advice = adviceFor(statusCode, message, context)
  return new KubernetesError(advice ? `${message}. ${advice}` : message, statusCode, reason)
}

function adviceFor(statusCode: number, message: string, context: string): string | undefined {
  if (missingNamespace.test(message))
    return 'Create it with npx turbo create-test-namespace, or set DAPR_TEST_NAMESPACE to one that exists'
  const admission = admissionAdvice(message)
  if (admission) return admission
  if (/being terminated/.test(message))
    return 'Wait until it is gone, and create it again with npx turbo create-test-namespace'
  if (statusCode === 401)
    return `The credentials of context ${context} are not accepted: log in to the cluster again`
  if (statusCode === 403)
    return `The user of context ${context} lacks this right: docs/kubernetes-rights.yaml lists those of a run; what is set up before needs more`
  return undefined
}

/** What to do where the API server's admission refuses an object; nothing where the reason is another. */
export function admissionAdvice(message: string): string | undefined {
  if (/exceeded quota|failed quota/.test(message))
    return "Raise the namespace's quota (kubectl describe quota), or let the case ask for less"
  if (/failed calling webhook|denied the request/.test(message))
    return 'An admission webhook stands in the way: kubectl get mutatingwebhookconfigurations,validatingwebhookconfigurations'
  return undefined
}

function parseStatus(text: string): { message: string; reason: string } {
  try {
    const { message, reason } = JSON.parse(text)
    return { message: String(message).trim(), reason: String(reason ?? '') }
  } catch {
    return { message: text.trim().slice(0, 300), reason: '' }
  }
}
