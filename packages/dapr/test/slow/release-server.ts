import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create } from 'tar'
import { onTestFinished } from 'vitest'
import { machine } from '../../src/machine.js'
import { writeDaprd } from '../sandbox.js'

/** Where the archive of daprd 1.18.1 for this machine lies on the server. */
export const archivePath = `/v1.18.1/daprd_${machine.os}_${machine.arch}.tar.gz`

/** Serves HTTP on a free port until the test ends, and answers its address. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Serves an archive and, beside it, the sum that is published for it. */
export function serveRelease(archive: Buffer, published = sha256Of(archive)): Promise<string> {
  return serve((request, response) => {
    if (request.url === archivePath) response.end(archive)
    else if (request.url === `${archivePath}.sha256`) response.end(published)
    else response.writeHead(404).end()
  })
}

/** Serves the sum of an archive; the archive itself is left to the listener. */
export function serveSumAnd(archive: Buffer, listener: RequestListener): Promise<string> {
  return serve((request, response) => {
    if (request.url?.endsWith('.sha256')) response.end(sha256Of(archive))
    else listener(request, response)
  })
}

/** An archive as Dapr publishes it, with a script in the place of daprd. */
export async function packDaprd(version = '1.18.1', name = 'daprd'): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'release-'))
  try {
    await writeDaprd(join(folder, name), version)
    await create({ file: join(folder, 'archive'), cwd: folder, gzip: true }, [name])
    return await readFile(join(folder, 'archive'))
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The published sum, as sha256sum writes it. */
export function sha256Of(archive: Buffer): string {
  return `${createHash('sha256').update(archive).digest('hex')} *daprd.tar.gz\n`
}
