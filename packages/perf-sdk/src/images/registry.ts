import { request } from 'undici'
import { isOnThisMachine } from './builder.js'

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]

/** Whether an image is in its registry; where that can't be told, `reason` says why. */
export type Presence = { is: 'there'; digest: string } | { is: 'missing' } | { is: 'unknown'; reason: string }

/**
 * Asks a registry for an image, without credentials: of a private one it is unknown what it has.
 *
 * @param withinMs how long it may take; 20 s by default
 */
export async function findInRegistry(reference: string, withinMs = 20_000): Promise<Presence> {
  const { url, repository } = manifestUrl(reference)
  const signal = AbortSignal.timeout(withinMs)
  try {
    const first = await head(url, signal)
    const challenge = first.statusCode === 401 ? String(first.headers['www-authenticate'] ?? '') : ''
    const token = challenge && (await anonymousToken(challenge, repository, signal))
    const { statusCode, headers } = token ? await head(url, signal, token) : first
    if (statusCode === 200) return { is: 'there', digest: String(headers['docker-content-digest'] ?? '') }
    if (statusCode === 404) return { is: 'missing' }
    return { is: 'unknown', reason: `the registry answers ${statusCode} without credentials` }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = signal.aborted ? `within ${withinMs / 1000} s` : (code ?? message)
    return { is: 'unknown', reason: `the registry doesn't answer: ${why}` }
  }
}

function manifestUrl(reference: string): { url: string; repository: string } {
  const [, host = '', name = '', tag = ''] = /^([^/]+)\/(.+):([^:]+)$/.exec(reference) ?? []
  const isDockerHub = host === 'docker.io'
  const repository = isDockerHub && !name.includes('/') ? `library/${name}` : name
  const server = isDockerHub ? 'registry-1.docker.io' : host
  const scheme = isOnThisMachine(reference) ? 'http' : 'https'
  return { url: `${scheme}://${server}/v2/${repository}/manifests/${tag}`, repository }
}

async function head(url: string, signal: AbortSignal, token?: string) {
  const authorization = token ? { authorization: `Bearer ${token}` } : {}
  const headers = { accept: manifestTypes.join(', '), ...authorization }
  const response = await request(url, { method: 'HEAD', headers, signal })
  await response.body.dump()
  return response
}

/** What a registry gives to anybody who asks, as its `WWW-Authenticate: Bearer realm="…",service="…"` says. */
async function anonymousToken(
  challenge: string,
  repository: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const field = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1]
  const realm = field('realm')
  if (!/^bearer /i.test(challenge) || !realm) return undefined
  const query = new URLSearchParams({
    service: field('service') ?? '',
    scope: `repository:${repository}:pull`,
  })
  const { statusCode, body } = await request(`${realm}?${query}`, { signal })
  if (statusCode !== 200) {
    await body.dump()
    return undefined
  }
  const { token, access_token } = (await body.json()) as { token?: string; access_token?: string }
  return token ?? access_token
}
