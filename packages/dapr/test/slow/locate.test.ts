import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DaprPerfError } from '@dapr-perf/errors'
import { describe, expect, test } from 'vitest'
import { locateDaprd } from '../../src/locate/locate.js'
import { machine } from '../../src/machine.js'
import { failure, makeDaprd, nowhere, releasedName, sandbox, writeDaprd } from '../sandbox.js'
import { packDaprd, serveRelease } from './release-server.js'

describe('order', () => {
  test('DAPR_PERF_DAPRD, then ~/.dapr/bin, then the cache, then the release, then go build', async () => {
    const { root, options, installed, fakeGo } = await sandbox()
    const sourceWith = async (changed: object) => (await locateDaprd({ ...options, ...changed })).source

    await fakeGo(makeDaprd)
    expect(await sourceWith({ cacheFolder: join(root, 'built') })).toBe('go build')

    const releaseUrl = await serveRelease(await packDaprd())
    expect(await sourceWith({ releaseUrl })).toBe('release')
    expect(await sourceWith({ releaseUrl })).toBe('cache')

    await writeDaprd(installed)
    expect(await sourceWith({ releaseUrl })).toBe('~/.dapr/bin')

    const env = { ...options.env, DAPR_PERF_DAPRD: installed }
    expect(await sourceWith({ releaseUrl, env })).toBe('DAPR_PERF_DAPRD')
  })

  test('a daprd of another version in ~/.dapr/bin is passed over', async () => {
    const { options, installed, lines } = await sandbox()
    await writeDaprd(installed, '1.17.0')
    await writeDaprd(join(options.cacheFolder, releasedName))

    expect(await locateDaprd(options)).toMatchObject({ version: '1.18.1', source: 'cache' })
    expect(lines).toEqual([
      `daprd: ~/.dapr/bin: ${installed} is version 1.17.0, not 1.18.1`,
      `daprd: cache: version 1.18.1, ${join(options.cacheFolder, releasedName)}`,
    ])
  })
})

describe('cache', () => {
  test.for(['', 'exit 1', 'echo 1.17.0'])('a broken daprd (%o) is replaced', async (content) => {
    const { options, lines, cached } = await sandbox()
    const path = join(options.cacheFolder, releasedName)
    await mkdir(options.cacheFolder)
    await writeFile(path, content, { mode: 0o755 })
    const releaseUrl = await serveRelease(await packDaprd())

    expect(await locateDaprd({ ...options, releaseUrl })).toEqual({
      path,
      version: '1.18.1',
      source: 'release',
    })
    expect(lines[1]).toMatch(/^daprd: cache: .*; this broken file is passed over$/)
    expect(await readFile(path, 'utf8')).toContain('echo 1.18.1')
    expect(await cached()).toEqual([releasedName])
  })

  test('two first runs at once do not disturb each other', async () => {
    const { options, cached } = await sandbox()
    const releaseUrl = await serveRelease(await packDaprd())
    const both = await Promise.all([1, 2].map(() => locateDaprd({ ...options, releaseUrl })))

    const path = join(options.cacheFolder, releasedName)
    expect(both.map((daprd) => daprd.path)).toEqual([path, path])
    expect(await cached()).toEqual([releasedName])
  })
})

describe('nothing found', () => {
  test('one error says what was tried, why it failed and what to do', async () => {
    const { options, installed, lines } = await sandbox()
    const error = await failure(locateDaprd(options))

    expect(error).toBeInstanceOf(DaprPerfError)
    const url = `${nowhere}/v1.18.1/daprd_${machine.os}_${machine.arch}.tar.gz`
    const tried = [
      `~/.dapr/bin: ${installed} does not exist`,
      `cache: ${options.cacheFolder} has no daprd 1.18.1 yet`,
      `release: ${url}.sha256: connect ECONNREFUSED 127.0.0.1:1`,
      'go build: go is not on the PATH',
    ]
    expect(error.message.split('\n')).toEqual([
      'No daprd 1.18.1 could be found or made. This was tried:',
      ...tried.map((line) => `  ${line}`),
      'Set DAPR_PERF_DAPRD to the path of a daprd or DAPR_PERF_RELEASE_URL to a mirror of',
      "Dapr's releases, or install Go (https://go.dev/dl).",
    ])
    const [home, cache, release, goBuild] = tried
    expect(lines).toEqual(
      [home, cache, `release: downloading ${url}`, release, goBuild].map((line) => `daprd: ${line}`),
    )
  })

  test('a cache that cannot be written to is named as the cause', async () => {
    const { root, options, fakeGo } = await sandbox()
    await fakeGo('exit 0')
    const cacheFolder = join(root, 'a file')
    await writeFile(cacheFolder, '')

    const { message } = await failure(locateDaprd({ ...options, cacheFolder }))
    expect(message).toMatch(/release: EEXIST.*\n.*go build: EEXIST/)
  })
})
