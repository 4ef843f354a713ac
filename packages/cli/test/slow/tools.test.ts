import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, it } from 'vitest'
import { program, root, temporaryFolder } from '../cli.js'

const setUp = join(root, 'scripts/setup.mjs')

const pretendToBe = (version: string) =>
  `data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '${version}' })`

it.each([
  ['the command', program, '18.20.8'],
  ['the set-up', setUp, '20.9.0'],
])('%s says in one line which Node is needed, and which this is', async (_, file, version) => {
  const { all, exitCode } = await execa(process.execPath, ['--import', pretendToBe(version), file], {
    reject: false,
    all: true,
  })
  expect(all).toBe(`dapr-perf needs Node 20.20 or newer, and this is Node ${version}`)
  expect(exitCode).toBe(2)
})

const needed = /^go (\S+)/m.exec(readFileSync(join(root, 'packages/dapr/go.mod'), 'utf8'))?.[1]

it.each([
  ['there is none', undefined, 'there is no go on the PATH'],
  ['it is too old to say so itself', 'echo go1.20.14', 'this is Go 1.20.14'],
  ['it is older by a minor version', 'echo go1.9', 'this is Go 1.9'],
  [
    'it may not download the version that is needed',
    "echo 'go: go.mod requires go >= 1.26.4 (running go 1.25.0; GOTOOLCHAIN=local)' >&2; exit 1",
    'go answers: go: go.mod requires go >= 1.26.4 (running go 1.25.0; GOTOOLCHAIN=local)',
  ],
])('the set-up says in one line which Go is needed where %s', async (_, script, found) => {
  const bin = temporaryFolder()
  symlinkSync(process.execPath, join(bin, 'node'))
  if (script) {
    writeFileSync(join(bin, 'go'), `#!/bin/sh\n${script}\n`)
    chmodSync(join(bin, 'go'), 0o755)
  }
  const { all, exitCode } = await execa(process.execPath, [setUp], {
    reject: false,
    all: true,
    env: { PATH: bin },
  })
  expect(all).toBe(`dapr-perf needs Go ${needed} or newer, and ${found}: https://go.dev/dl`)
  expect(exitCode).toBe(2)
})

it('the set-up installs what it builds with, whatever NODE_ENV is, and where an earlier npm has left it out', async () => {
  const copy = temporaryFolder()
  const needed = ['scripts', 'tests', 'packages/dapr/go.mod', 'packages/cli/bin', 'packages/cli/package.json']
  for (const file of [...needed, 'package-lock.json'])
    cpSync(join(root, file), join(copy, file), { recursive: true })
  mkdirSync(join(copy, 'node_modules'))
  writeFileSync(join(copy, 'node_modules/.package-lock.json'), '{}')
  const bin = temporaryFolder()
  writeFileSync(join(bin, 'npm'), '#!/bin/sh\necho "npm $*"\nexit 1\n')
  chmodSync(join(bin, 'npm'), 0o755)
  const { all } = await execa(process.execPath, [join(copy, 'scripts/setup.mjs')], {
    reject: false,
    all: true,
    env: { PATH: `${bin}:${process.env.PATH}`, NODE_ENV: 'production' },
  })
  expect(all).toContain('npm ci --include=dev')
})

it("fortio is built whatever the user's settings of Go are, and whatever workspace it lies in", async () => {
  const folder = temporaryFolder()
  const module = join(root, 'packages/fortio-image')
  for (const name of readdirSync(module).filter((one) => /^go\.|\.go$|^build\.mjs$/.test(one)))
    cpSync(join(module, name), join(folder, 'module', name))
  mkdirSync(join(folder, 'other'))
  writeFileSync(join(folder, 'other/go.mod'), 'module other\n')
  writeFileSync(join(folder, 'go.work'), 'go 1.24\nuse ./other\n')
  await execa(process.execPath, [join(folder, 'module/build.mjs')], {
    env: { GOFLAGS: '-mod=vendor -buildvcs=true', GO111MODULE: 'off' }, // it lies in no repository
  })
  const { stdout } = await execa(join(folder, 'module/bin/fortio'), ['version'])
  expect(stdout).toMatch(/^1\./)
})

/** What turbo would do, with variables set: the hashes of the slow tests and of the build of a workspace. */
async function hashes(env: NodeJS.ProcessEnv = {}) {
  const args = ['run', 'test:slow', '--filter=@dapr-perf/fortio-image', '--dry=json']
  const { stdout } = await execa(join(root, 'node_modules/.bin/turbo'), args, { cwd: root, env })
  const { tasks, globalCacheInputs } = JSON.parse(stdout)
  const hashOf = (task: string) =>
    tasks.find(({ taskId }: { taskId: string }) => taskId === `@dapr-perf/fortio-image#${task}`).hash
  return { slow: hashOf('test:slow'), build: hashOf('build'), files: Object.keys(globalCacheInputs.files) }
}

it('tests are run again with other tools, and with variables that change what they do', async () => {
  const { stdout } = await execa('go', ['env', 'GOVERSION'], { cwd: join(root, 'packages/dapr') })
  const tools = `Node ${process.versions.node}, Go ${stdout.replace('go', '')}\n`
  expect(readFileSync(join(root, '.tools'), 'utf8')).toBe(tools)
  const before = await hashes()
  expect(before.files).toContain('.tools')
  for (const variable of ['DAPR_PERF_DAPRD', 'GOFLAGS', 'GODEBUG', 'NODE_OPTIONS', 'CI', 'TZ'])
    expect((await hashes({ [variable]: process.env[variable] ? '' : 'other' })).slow, variable).not.toBe(
      before.slow,
    )
  expect(await hashes({ PAGER: 'other', DAPR_PERF_QPS: '1' })).toEqual(before)
})
