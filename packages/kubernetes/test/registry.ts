import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'

/** A registry on this machine. @returns its host and port */
export async function registry(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

export const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

/** A registry that asks for a password; its images all have the tag `there` alone. */
export const passwordRegistry = (user: string, password: string) =>
  registry(({ headers, url = '' }, response) => {
    if (headers.authorization !== basic(user, password)) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="here"' }).end()
    } else {
      response.writeHead(url.endsWith('/manifests/there') ? 200 : 404).end()
    }
  })

/** Makes the environment that of a user without any stored login. @returns the user's home */
export function loggedOut(): string {
  const home = mkdtempSync(join(tmpdir(), 'home-'))
  for (const folder of ['.docker', '.config/containers']) mkdirSync(join(home, folder), { recursive: true })
  vi.stubEnv('HOME', home)
  for (const name of ['REGISTRY_AUTH_FILE', 'DOCKER_CONFIG', 'XDG_RUNTIME_DIR', 'XDG_CONFIG_HOME'])
    vi.stubEnv(name, undefined)
  onTestFinished(() => {
    vi.unstubAllEnvs()
    rmSync(home, { recursive: true })
  })
  return home
}
