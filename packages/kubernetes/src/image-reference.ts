export interface ImageReference {
  /** Host and port of the registry. */
  host: string
  /** The image's name in its registry, such as `library/node`. */
  name: string
  /** Its digest, or else its tag. */
  version: string
}

/** Reads `REGISTRY/NAME:TAG` as Docker does: the registry is docker.io by default, and the tag `latest`. */
export function parseImageReference(reference: string): ImageReference {
  const [, path = '', tag, digest] = /^(.+?)(?::([^:/@]+))?(?:@(.+))?$/.exec(reference) ?? []
  const [first = '', ...rest] = path.split('/')
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  const host = isHost ? first : 'docker.io'
  const name = isHost ? rest.join('/') : path
  return {
    host,
    name: host === 'docker.io' && !name.includes('/') ? `library/${name}` : name,
    version: digest ?? tag ?? 'latest',
  }
}
