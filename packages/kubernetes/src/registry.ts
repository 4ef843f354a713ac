import { request } from 'undici'

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]

/** Whether an image is in its registry; `reason` says why that is unknown. */
export type Presence = { is: 'there'; digest: string } | { is: 'missing' } | { is: 'unknown'; reason: string }

/**
 * Looks for an image in its registry, without credentials: in a private registry its presence is unknown. It never throws.
 *
 * @param reference `REGISTRY/NAME:TAG`
 * @param timeoutMs 20 000 by default
 */
export async function findInRegistry(reference: string, timeoutMs = 20_000): Promise<Presence> {
  const { url, repository } = manifestUrl(reference)
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const first = await head(url, signal)
    const challenge = first.statusCode === 401 ? String(first.headers['www-authenticate'] ?? '') : ''
    const token = challenge && (await anonymousToken(challenge, repository, signal))
    const { statusCode, headers } = token ? await head(url, signal, token) : first
    if (statusCode === 200) return { is: 'there', digest: String(headers['docker-content-digest'] ?? '') }
    if (statusCode === 404) return { is: 'missing' }
    return {
      is: 'unknown',
      reason:
        statusCode === 401 ? 'the registry requires authentication' : `the registry answered ${statusCode}`,
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = signal.aborted
      ? `the registry did not answer within ${timeoutMs / 1000} s`
      : `the registry cannot be reached: ${code ?? message}`
    return { is: 'unknown', reason }
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

/** A token for anonymous pulls, from the realm of the registry's `WWW-Authenticate: Bearer realm="…",service="…"`. */
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

/** Whether an image's registry is on localhost: then it is reached with plain HTTP. */
export function isOnThisMachine(reference: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+)[:/]/.test(reference)
}
