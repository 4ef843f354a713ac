import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { resolveBaseImage } from '../src/images/base-image.js'

const target = { os: 'linux', arch: 'amd64' } as const
const digest = `sha256:${'1'.repeat(64)}`

async function registry(tag: string): Promise<string> {
  const server = createServer(({ url }, response) => {
    response
      .writeHead(url === `/v2/base/manifests/${tag}` ? 200 : 404, { 'docker-content-digest': digest })
      .end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** @param local the digest of the image in the builder's store */
async function resolve(reference: string, local?: string) {
  const said: string[] = []
  const builder = { digestOf: async () => local }
  const base = await resolveBaseImage(reference, target, builder, (line) => void said.push(line))
  return { base, said }
}

it('a base image in the local store has its digest, which a moving tag does not', async () => {
  const { base, said } = await resolve('docker.io/library/node:24', 'sha256:2')
  expect(base).toEqual({ reference: 'docker.io/library/node:24', digest: 'sha256:2' })
  expect(said).toEqual([])
})

it('a base image that is only in its registry is pulled by its digest', async () => {
  const host = await registry('24')
  expect((await resolve(`${host}/base:24`)).base).toEqual({ reference: `${host}/base@${digest}`, digest })
})

it('a base image that is named by its digest is taken as it is', async () => {
  const reference = `docker.io/library/node@${digest}`
  expect((await resolve(reference, 'sha256:2')).base).toEqual({ reference, digest })
})

it('a base image whose digest nobody knows is not pinned, and it is said', async () => {
  const host = await registry('24')
  const { base, said } = await resolve(`${host}/base:25`)
  expect(base).toEqual({ reference: `${host}/base:25` })
  expect(said).toEqual([expect.stringContaining(`base image ${host}/base:25: not pinned`)])
})
