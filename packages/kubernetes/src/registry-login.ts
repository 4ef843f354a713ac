import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import type { ImageReference } from './image-reference.js'

/** A user's login to a registry. */
export type RegistryLogin = { user: string; password: string } | { identityToken: string }

interface AuthFile {
  auths?: Record<string, { auth?: string; identitytoken?: string }>
  credHelpers?: Record<string, string>
  credsStore?: string
}

/**
 * The login to an image's registry that `docker login`, `podman login` or `buildah login` has stored: in a file, or with
 * one of Docker's credential helpers.
 *
 * @param env REGISTRY_AUTH_FILE, DOCKER_CONFIG, XDG_RUNTIME_DIR and XDG_CONFIG_HOME say where the files are
 * @returns undefined if there is none
 */
export async function findRegistryLogin(
  image: ImageReference,
  signal: AbortSignal,
  env: NodeJS.ProcessEnv = process.env,
): Promise<RegistryLogin | undefined> {
  for (const path of authFiles(env)) {
    const file = await readAuthFile(path)
    const login = file && ((await loginOfHelper(file, image, signal, env)) ?? loginIn(file, image))
    if (login) return login
  }
  return undefined
}

function authFiles(env: NodeJS.ProcessEnv): string[] {
  const runtimeFolder = env.XDG_RUNTIME_DIR || `/run/containers/${process.getuid?.()}`
  return [
    ...(env.REGISTRY_AUTH_FILE ? [env.REGISTRY_AUTH_FILE] : []),
    join(env.DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json'),
    join(runtimeFolder, env.XDG_RUNTIME_DIR ? 'containers/auth.json' : 'auth.json'),
    join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'containers/auth.json'),
  ]
}

/** Undefined where the file doesn't exist or isn't readable: then its owner's login doesn't work for pushing either. */
async function readAuthFile(path: string): Promise<AuthFile | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return undefined
  }
}

/** The most specific entry for the image: podman stores logins for single repositories, too. */
function loginIn({ auths = {} }: AuthFile, image: ImageReference): RegistryLogin | undefined {
  const entries = new Map(Object.entries(auths).map(([key, entry]) => [withoutScheme(key), entry]))
  for (const name of namesOf(image)) {
    const { auth, identitytoken } = entries.get(name) ?? {}
    if (identitytoken) return { identityToken: identitytoken }
    const [, user, password] = /^([^:]+):(.*)$/s.exec(decode(auth)) ?? []
    if (user && password) return { user, password }
  }
  return undefined
}

const decode = (base64 = '') => Buffer.from(base64, 'base64').toString('utf8')

/** Runs the program of the registry, or else of the file, as Docker does (https://github.com/docker/docker-credential-helpers). */
async function loginOfHelper(
  { credHelpers = {}, credsStore }: AuthFile,
  { host }: ImageReference,
  signal: AbortSignal,
  env: NodeJS.ProcessEnv,
): Promise<RegistryLogin | undefined> {
  const helper = credHelpers[host] ?? credsStore
  if (!helper || !/^[\w.-]+$/.test(helper)) return undefined
  const input = host === 'docker.io' ? 'https://index.docker.io/v1/' : host
  const options = { input, env, extendEnv: false, cancelSignal: signal, reject: false }
  const { stdout, failed } = await execa(`docker-credential-${helper}`, ['get'], options)
  if (failed) return undefined
  try {
    const { Username, Secret } = JSON.parse(stdout)
    return Username === '<token>' ? { identityToken: Secret } : { user: Username, password: Secret }
  } catch {
    return undefined
  }
}

/** `HOST/a/b`, `HOST/a` and `HOST` for `HOST/a/b`. */
function namesOf({ host, name }: ImageReference): string[] {
  const parts = [host, ...name.split('/')]
  return parts.map((_, i) => parts.slice(0, parts.length - i).join('/'))
}

/** `ghcr.io` for `https://ghcr.io/v2/`; docker stores Docker Hub's login as that of `https://index.docker.io/v1/`. */
const withoutScheme = (key: string) =>
  key
    .replace(/^https?:\/\//, '')
    .replace(/\/(v[12]\/)?$/, '')
    .replace(/^(index|registry-1)\.docker\.io/, 'docker.io')
