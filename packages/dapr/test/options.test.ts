import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import { expect, test } from 'vitest'
import { defaultCacheFolder, withDefaults } from '../src/options.js'
import { daprGoModule, daprVersion } from '../src/pinned.js'
import { failure, sandbox } from './sandbox.js'

test('the cache is below ~/.cache or XDG_CACHE_HOME', () => {
  expect(defaultCacheFolder({}, '/home/me')).toBe('/home/me/.cache/dapr-perf')
  expect(defaultCacheFolder({ XDG_CACHE_HOME: '/fast' }, '/home/me')).toBe('/fast/dapr-perf')
  expect(defaultCacheFolder({ XDG_CACHE_HOME: '' }, '/home/me')).toBe('/home/me/.cache/dapr-perf')
})

test.for([
  [{ XDG_CACHE_HOME: 'cache' }, '/home/me', 'XDG_CACHE_HOME=cache'],
  [{ XDG_CACHE_HOME: '~/.cache' }, '/home/me', 'XDG_CACHE_HOME=~/.cache'],
  [{}, '', 'HOME='],
  [{}, 'me', 'HOME=me'],
] as const)('the cache cannot be in a relative folder: %o in %o', ([env, home, variable]) => {
  const find = () => defaultCacheFolder(env, home)
  expect(find).toThrow(InputError)
  expect(find).toThrow(`${variable}: expected an absolute path`)
})

test('by default daprd is the version that our own go.mod requires, from GitHub', async () => {
  const { version, releaseUrl, goModule } = await withDefaults({ env: {} })
  expect(existsSync(join(goModule, 'go.sum'))).toBe(true)
  expect(await readFile(join(daprGoModule(), 'go.mod'), 'utf8')).toContain(`github.com/dapr/dapr v${version}`)
  expect(releaseUrl).toBe('https://github.com/dapr/dapr/releases/download')
})

test('the version is read from the require line, not from a replace line', async () => {
  const { options } = await sandbox()
  const goMod = join(options.goModule, 'go.mod')
  const write = (...lines: string[]) => writeFile(goMod, lines.join('\n'))

  await write('require (', '\tgithub.com/dapr/dapr v1.19.0-rc.2 // indirect', ')')
  expect(await daprVersion(options.goModule)).toBe('1.19.0-rc.2')

  await write('require github.com/dapr/dapr v1.18.1', 'replace github.com/dapr/dapr v1.18.1 => ../dapr')
  expect(await daprVersion(options.goModule)).toBe('1.18.1')

  await write('require github.com/dapr/kit v0.18.1')
  expect((await failure(daprVersion(options.goModule))).message).toBe(
    `${goMod} does not require github.com/dapr/dapr`,
  )
})
