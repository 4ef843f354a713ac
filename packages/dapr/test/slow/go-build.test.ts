import { createReadStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { builtDaprd } from '../../src/build/daprd.js'
import { locateDaprd } from '../../src/locate/locate.js'
import { type LocateDaprdOptions, withDefaults } from '../../src/options.js'
import { builtName, failure, makeDaprd, sandbox } from '../sandbox.js'

async function goError(options: Parameters<typeof locateDaprd>[0]): Promise<string | undefined> {
  return /go build: (.*)/.exec((await failure(locateDaprd(options))).message)?.[1]
}

test('go builds daprd as the official releases are built', async () => {
  const { root, options, fakeGo, cached, lines, moduleFolder } = await sandbox()
  const said = join(root, 'said')
  await fakeGo(`printf '%s\\n' "$PWD" "$GOFLAGS" "$CGO_ENABLED" "$GO111MODULE" "$@" > ${said}`, makeDaprd)

  const env = { ...options.env, GOFLAGS: '-p=1', CGO_ENABLED: '1', GO111MODULE: 'off' }
  const { path, ...daprd } = await locateDaprd({ ...options, env })
  expect(daprd).toEqual({ version: '1.18.1', source: 'go build' })
  expect((await readFile(said, 'utf8')).split('\n')).toEqual([
    moduleFolder(),
    '-p=1',
    '0',
    'on',
    'build',
    '-tags',
    'allcomponents',
    '-trimpath',
    '-buildvcs=false',
    '-mod=readonly',
    '-ldflags',
    '-s -w -X github.com/dapr/dapr/pkg/buildinfo.version=1.18.1 -X github.com/dapr/kit/logger.DaprVersion=1.18.1',
    '-o',
    expect.stringContaining(options.cacheFolder),
    './cmd/daprd',
    '',
  ])
  expect(await cached()).toEqual([builtName()])
  expect(lines.slice(-2)).toEqual([
    'daprd: go build: building 1.18.1 from source (about 5 minutes, only the first time)',
    `daprd: go build: version 1.18.1, ${path}`,
  ])
})

test('the error is the last lines that go prints', async () => {
  const { options, fakeGo, cached } = await sandbox()
  const says = ['go: downloading go1.26.4', 'go: go.mod requires go >= 1.26.4', 'go: toolchain not available']
  await fakeGo(makeDaprd, ...says.map((line) => `echo '${line}' >&2`), 'exit 1')

  expect(await goError(options)).toBe('go: go.mod requires go >= 1.26.4; go: toolchain not available')
  expect(await cached()).toEqual([])
})

test('a build that does not answer with the version is refused', async () => {
  const { options, fakeGo, cached } = await sandbox()
  await fakeGo('version=edge', makeDaprd)

  expect(await goError(options)).toMatch(/daprd is version edge, not 1\.18\.1$/)
  expect(await cached()).toEqual([])
})

test('a version that is not the pinned one is built from its own module', async () => {
  const { options, fakeGo, builds, moduleFolder } = await sandbox()
  await fakeGo(makeDaprd)

  expect(await locateDaprd({ ...options, version: '1.10.0' })).toMatchObject({ version: '1.10.0' })
  expect(await builds()).toEqual([moduleFolder('1.10.0')])
})

test('what another Go has built is used, the newest of it', async () => {
  const { options, fakeGo, builds } = await sandbox()
  await fakeGo(makeDaprd)
  for (const GOTOOLCHAIN of ['go1.27.1', 'go1.27.0']) {
    await buildWith({ ...options, env: { ...options.env, GOTOOLCHAIN } })
  }
  const { path, source } = await locateDaprd(options)
  expect(path).toContain('daprd-1.18.1-go1.27.0-')
  expect(source).toBe('cache')
  expect(await builds()).toHaveLength(2)
})

/** Builds daprd although the cache may have one. */
const buildWith = async (options: Partial<LocateDaprdOptions>) => builtDaprd(await withDefaults(options))

test('an abort ends go and what it has started, and leaves nothing', async () => {
  const { options, fakeGo, cached, pipe } = await sandbox()
  const alive = await pipe()
  await fakeGo(makeDaprd, `exec 3> ${alive}`, 'echo started >&3', 'sleep 1000 &', 'wait')

  const aborter = new AbortController()
  const failed = failure(locateDaprd({ ...options, signal: aborter.signal }))
  for await (const _ of createReadStream(alive)) aborter.abort(new Error('enough'))
  expect((await failed).message).toBe('enough')
  expect(await cached()).toEqual([])
})

test.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s, where nothing aborts the build, ends go and what it has started, and leaves nothing',
  async (signal) => {
    const { options, fakeGo, cached, pipe, root } = await sandbox()
    const alive = await pipe()
    await fakeGo(makeDaprd, `exec 3> ${alive}`, 'echo started >&3', 'sleep 1000 &', 'wait')
    const program = join(root, 'program.mjs')
    const { report: _, ...given } = options
    const module = new URL('../../dist/index.js', import.meta.url).href
    const call = `await locateDaprd(${JSON.stringify(given)})`
    await writeFile(program, `import { locateDaprd } from ${JSON.stringify(module)}\n${call}\n`)

    const process = execa('node', [program], { reject: false })
    for await (const _ of createReadStream(alive)) process.kill(signal)
    expect(await process).toMatchObject({ signal })
    expect(await cached()).toEqual([])
  },
)
