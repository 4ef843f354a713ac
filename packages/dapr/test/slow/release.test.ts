import { mkdir, readFile, utimes } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import { describe, expect, onTestFinished, test } from 'vitest'
import { locateDaprd } from '../../src/locate/locate.js'
import { failure, sandbox } from '../sandbox.js'
import { archivePath, packDaprd, serve, serveRelease, serveSumAnd, sha256Of } from './release-server.js'

describe('a release', () => {
  test('is downloaded, which is said in one line', async () => {
    const { options, lines, cached } = await sandbox()
    const releaseUrl = await serveRelease(await packDaprd())
    const { path, ...daprd } = await locateDaprd({ ...options, releaseUrl })

    expect(daprd).toEqual({ version: '1.18.1', source: 'release' })
    expect(await readFile(path, 'utf8')).toContain('echo 1.18.1')
    expect(await cached()).toHaveLength(1)
    expect(lines.slice(2)).toEqual([
      `daprd: release: downloading ${releaseUrl}${archivePath}`,
      `daprd: release: version 1.18.1, ${path}`,
    ])
  })

  test('may have its checksum published without a file name', async () => {
    const { options } = await sandbox()
    const archive = await packDaprd()
    const releaseUrl = await serveRelease(archive, sha256Of(archive).slice(0, 64).toUpperCase())
    expect(await locateDaprd({ ...options, releaseUrl })).toMatchObject({ source: 'release' })
  })

  test('may lie behind a redirection, as on GitHub', async () => {
    const { options } = await sandbox()
    const storage = await serveRelease(await packDaprd())
    const releaseUrl = await serve(({ url }, response) => {
      response.writeHead(302, { location: `${storage}${url}` }).end()
    })
    expect(await locateDaprd({ ...options, releaseUrl })).toMatchObject({ source: 'release' })
  })

  test('comes from where DAPR_PERF_RELEASE_URL says', async () => {
    const { releaseUrl: _, ...options } = (await sandbox()).options
    const mirror = await serveRelease(await packDaprd())
    const env = { ...options.env, DAPR_PERF_RELEASE_URL: `${mirror}/` }
    expect(await locateDaprd({ ...options, env })).toMatchObject({ source: 'release' })
  })

  test.for(['ftp://mirror', 'mirror.example', 'http://'])('cannot come from %o', async (url) => {
    const { releaseUrl: _, ...options } = (await sandbox()).options
    const error = await failure(locateDaprd({ ...options, env: { DAPR_PERF_RELEASE_URL: url } }))
    expect(error).toBeInstanceOf(InputError)
    expect(error.message).toBe(`DAPR_PERF_RELEASE_URL must be an http or https address, not '${url}'`)
  })

  test('comes through the proxy that the environment names', async () => {
    const { options } = await sandbox()
    const server = await serveRelease(await packDaprd())
    const env = { ...options.env, HTTP_PROXY: await tunnelTo(server) }
    const releaseUrl = 'http://releases.invalid'
    expect(await locateDaprd({ ...options, env, releaseUrl })).toMatchObject({ source: 'release' })
  })
})

describe('a release is refused', () => {
  test('when it is not there', async () => {
    const releaseUrl = await serve((_, response) => response.writeHead(404).end())
    expect(await refused(releaseUrl)).toBe(`${releaseUrl}${archivePath}.sha256: the server answered 404`)
  })

  test('when its checksum is not the published one', async () => {
    const releaseUrl = await serveRelease(await packDaprd(), 'a'.repeat(64))
    expect(await refused(releaseUrl)).toMatch(/: checksum mismatch: expected sha256 a{64}, got [0-9a-f]{64}$/)
  })

  test('when what is published is no checksum', async () => {
    const releaseUrl = await serveRelease(await packDaprd(), '<html>')
    expect(await refused(releaseUrl)).toBe(`${releaseUrl}${archivePath}.sha256 contains no sha256 checksum`)
  })

  test('when the connection ends before the archive does', async () => {
    const archive = await packDaprd()
    const releaseUrl = await serveSumAnd(archive, (_, response) => {
      response.setHeader('content-length', archive.length)
      response.write(archive.subarray(0, 20), () => response.destroy())
    })
    expect(await refused(releaseUrl)).toBe(`${releaseUrl}${archivePath}: other side closed`)
  })

  test('when the server stops sending', async () => {
    const archive = await packDaprd()
    const releaseUrl = await serveSumAnd(archive, (_, response) => {
      response.setHeader('content-length', archive.length)
      response.write(archive.subarray(0, 20))
    })
    // On a slow machine the request before, for the checksum, may time out already.
    expect(await refused(releaseUrl, 100)).toMatch(/(\.sha256: Headers|: Body) Timeout Error$/)
  })

  test('when the archive was cut on the server', async () => {
    const archive = await packDaprd()
    const cut = archive.subarray(0, archive.length - 20)
    expect(await refused(await serveRelease(cut, sha256Of(archive)))).toContain('checksum mismatch')
    expect(await refused(await serveRelease(cut))).toMatch(/unexpected end of file/)
  })

  test('when the archive holds no daprd', async () => {
    const releaseUrl = await serveRelease(await packDaprd('1.18.1', 'placement'))
    expect(await refused(releaseUrl)).toBe(`${releaseUrl}${archivePath} contains no daprd`)
  })

  test('when its daprd is another version', async () => {
    expect(await refused(await serveRelease(await packDaprd('1.18.0')))).toMatch(
      /daprd is version 1\.18\.0, not 1\.18\.1$/,
    )
  })
})

describe('the cache', () => {
  test('holds nothing after an abort in the middle of a download', async () => {
    const { options, cached } = await sandbox()
    const aborter = new AbortController()
    const archive = await packDaprd()
    const releaseUrl = await serveSumAnd(archive, (_, response) => {
      response.write(archive.subarray(0, 20), () => aborter.abort(new Error('enough')))
    })

    const error = await failure(locateDaprd({ ...options, releaseUrl, signal: aborter.signal }))
    expect(error.message).toBe('enough')
    expect(await cached()).toEqual([])
  })

  test('is rid of work folders that were abandoned a day ago, and only of those', async () => {
    const { options, cached } = await sandbox()
    const [old, young] = ['making-daprd-old', 'making-daprd-young']
    for (const name of [old, young]) await mkdir(join(options.cacheFolder, name), { recursive: true })
    const twoDaysAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000)
    await utimes(join(options.cacheFolder, old), twoDaysAgo, twoDaysAgo)

    await failure(locateDaprd(options))
    expect(await cached()).toEqual([young])
  })
})

/** Why the release could not be used, having left nothing in the cache. */
async function refused(releaseUrl: string, stall = 30_000): Promise<string | undefined> {
  const { options, cached } = await sandbox()
  const timeouts = { connect: 5000, stall }
  const { message } = await failure(locateDaprd({ ...options, releaseUrl, timeouts }))
  expect(await cached()).toEqual([])
  return /release: (.*)/.exec(message)?.[1]
}

/** A proxy that leads to one server, whichever is asked for. */
async function tunnelTo(address: string): Promise<string> {
  const { hostname, port } = new URL(address)
  const proxy = createServer().listen(0, '127.0.0.1')
  proxy.on('connect', (_, client) => {
    const server = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      client.pipe(server).pipe(client)
    })
    for (const socket of [client, server]) socket.on('error', () => {})
  })
  await new Promise((resolve) => proxy.once('listening', resolve))
  onTestFinished(() => void proxy.close())
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
}
