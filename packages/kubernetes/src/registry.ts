import { createAgent } from '@dapr-perf/proxy'
import { request } from 'undici'
import { type ImageReference, parseImageReference } from './image-reference.js'
import { findRegistryLogin, type RegistryLogin } from './registry-login.js'

const dispatcher = createAgent()

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]

/** Whether an image is in its registry; `reason` says why that is unknown. */
export type Presence = { is: 'there'; digest: string } | { is: 'missing' } | { is: 'unknown'; reason: string }

/**
 * Looks for an image in its registry, if necessary with the user's login; see `findRegistryLogin`. It never throws.
 *
 * @param reference `REGISTRY/NAME:TAG`, see `parseImageReference`
 * @param timeoutMs 20 000 by default
 */
export async function findInRegistry(reference: string, timeoutMs = 20_000): Promise<Presence> {
  const image = parseImageReference(reference)
  const url = manifestUrl(image)
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    let response = await head(url, signal)
    let login: RegistryLogin | undefined
    if (response.statusCode === 401) {
      login = await findRegistryLogin(image, signal)
      const challenge = String(response.headers['www-authenticate'] ?? '')
      const authorization = await authorize(challenge, { repository: image.name, login, signal })
      if (authorization) response = await head(url, signal, authorization)
    }
    const { statusCode, headers } = response
    if (statusCode === 200) return { is: 'there', digest: String(headers['docker-content-digest'] ?? '') }
    if (statusCode === 404) return { is: 'missing' }
    const refusal = login ? 'the registry refuses the stored login' : 'the registry requires authentication'
    return {
      is: 'unknown',
      reason: statusCode === 401 ? refusal : `the registry answered ${statusCode}`,
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const problem = /^E[A-Z]+$/.test(String(code)) ? code : message
    const reason = signal.aborted
      ? `the registry did not answer within ${timeoutMs / 1000} s`
      : `the registry cannot be reached: ${problem}`
    return { is: 'unknown', reason }
  }
}

function manifestUrl({ host, name, version }: ImageReference): string {
  const server = host === 'docker.io' ? 'registry-1.docker.io' : host
  const scheme = isOnThisMachine(`${host}/`) ? 'http' : 'https'
  return `${scheme}://${server}/v2/${name}/manifests/${version}`
}

async function head(url: string, signal: AbortSignal, authorization?: string) {
  const headers = { accept: manifestTypes.join(', '), ...(authorization && { authorization }) }
  const response = await request(url, { method: 'HEAD', headers, signal, dispatcher })
  await response.body.dump()
  return response
}

interface Access {
  repository: string
  login: RegistryLogin | undefined
  signal: AbortSignal
}

/** The Authorization header that a registry asks for with its `WWW-Authenticate`; undefined if there is none. */
async function authorize(challenge: string, access: Access): Promise<string | undefined> {
  if (/^basic\b/i.test(challenge)) return basicOf(access.login)
  if (!/^bearer\b/i.test(challenge)) return undefined
  const token = await fetchToken(challenge, access)
  return token && `Bearer ${token}`
}

const basicOf = (login: RegistryLogin | undefined) =>
  login && 'user' in login
    ? `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`
    : undefined

/**
 * A token for pulling, from the realm of `Bearer realm="…",service="…"`; without a login an anonymous one
 * (https://distribution.github.io/distribution/spec/auth/token/, …/oauth/).
 */
async function fetchToken(
  challenge: string,
  { repository, login, signal }: Access,
): Promise<string | undefined> {
  const field = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1]
  const realm = field('realm')
  if (!realm || (login && !isPrivate(realm))) return undefined
  const query = new URLSearchParams({
    service: field('service') ?? '',
    scope: `repository:${repository}:pull`,
  })
  const authorization = basicOf(login)
  const options = { signal, dispatcher, headers: { ...(authorization && { authorization }) } }
  const { statusCode, body } =
    login && 'identityToken' in login
      ? await request(realm, { ...options, ...refresh(query, login.identityToken) })
      : await request(`${realm}?${query}`, options)
  if (statusCode !== 200) {
    await body.dump()
    return undefined
  }
  const { token, access_token } = (await body.json()) as { token?: string; access_token?: string }
  return token ?? access_token
}

/** Whether nobody else can read a request to a URL. */
const isPrivate = (url: string) => url.startsWith('https://') || isOnThisMachine(url.replace('http://', ''))

/** The request that exchanges an identity token. */
function refresh(query: URLSearchParams, identityToken: string) {
  const form = { grant_type: 'refresh_token', client_id: 'dapr-perf', refresh_token: identityToken }
  return {
    method: 'POST' as const,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams([...query, ...Object.entries(form)]).toString(),
  }
}

/** Whether an image's registry is on localhost: then it is reached with plain HTTP. */
export function isOnThisMachine(reference: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+)[:/]/.test(reference)
}
