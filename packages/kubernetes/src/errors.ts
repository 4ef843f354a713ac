import { DaprPerfError } from '@dapr-perf/errors'
import { admissionAdvice } from './admission.js'

/** An error response of the API server, or no response at all. */
export class KubernetesError extends DaprPerfError {
  constructor(
    message: string,
    /** The HTTP status; 0 where there was no response. */
    readonly statusCode: number,
    /** The `reason` of the response's Status: NotFound, AlreadyExists, Forbidden, …; NoAnswer where there was none. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

export const isNotFound = (error: unknown) => hasStatus(error, 404)
/** Whether the namespace of the request does not exist. */
export const isMissingNamespace = (error: unknown) =>
  error instanceof KubernetesError && missingNamespace.test(error.message)
const missingNamespace = /namespaces "[^"]+" not found/
export const isConflict = (error: unknown) => hasStatus(error, 409)
/** Whether the same request may succeed later: there was no response, or the server is overloaded or unavailable. */
export const isTransient = (error: unknown) =>
  error instanceof KubernetesError &&
  (error.statusCode === 0 || [429, 502, 503, 504].includes(error.statusCode))

const hasStatus = (error: unknown, status: number) =>
  error instanceof KubernetesError && error.statusCode === status

/** Answers undefined where the object does not exist, for example because it is deleted already. */
export async function ignoreNotFound<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/**
 * The error for a request without a response: a network or certificate problem.
 *
 * @param route the API server's address, and the proxy if there is one
 */
export function connectionError(error: Error, route: string, context: string): KubernetesError {
  const { code } = error as NodeJS.ErrnoException
  const isCertificate = /cert|self.signed|unable to verify|altname/i.test(`${code} ${error.message}`)
  const advice = isCertificate
    ? "Its certificate is not trusted by this context's configuration: is KUBECONFIG out of date?"
    : 'Is it running, and is a VPN needed? `kubectl config current-context` shows which cluster is meant'
  return new KubernetesError(
    `the cluster of context ${context} (${route}) doesn't answer: ${code ?? error.message}. ${advice}`,
    0,
    'NoAnswer',
    { cause: error },
  )
}

/** The error for an error response: the server's message, and what to do. */
export function responseError(statusCode: number, text: string, context: string): KubernetesError {
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
    return 'Wait until it is deleted, then create it again with npx turbo create-test-namespace'
  if (statusCode === 401)
    return `The credentials of context ${context} are not accepted: log in to the cluster again`
  if (statusCode === 403)
    return `The user of context ${context} lacks this right: docs/kubernetes-rights.yaml lists those of a run; setup tasks need more`
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
