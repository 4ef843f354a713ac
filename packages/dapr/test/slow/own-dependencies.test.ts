import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { resolveSides } from '../../src/side/resolve.js'
import { BuildError } from '../../src/side/side.js'
import { failure, sandbox } from '../sandbox.js'
import { gitIn } from '../slow-dapr.js'

async function write(folder: string, files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
}

const kitOf = (where: string) => ({
  'go.mod': 'module example.com/kit\n\ngo 1.22\n',
  'kit.go': `package kit\n\nconst Where = "${where}"\n`,
})

const goMod = `module github.com/dapr/dapr

go 1.22

require example.com/kit v0.1.0

replace example.com/kit => ./kit
`

const daprd = {
  'go.mod': goMod,
  'pkg/buildinfo/version.go':
    'package buildinfo\n\nvar version = "edge"\n\nfunc Version() string { return version }\n',
  'cmd/daprd/main.go': `package main

import (
\t"os"

\t"example.com/kit"
\t"github.com/dapr/dapr/pkg/buildinfo"
)

func main() {
\tif len(os.Args) > 1 {
\t\tos.Stdout.WriteString(buildinfo.Version())
\t} else {
\t\tos.Stdout.WriteString(kit.Where)
\t}
}
`,
}

/** A small daprd, which tells which kit it was built with. It is built by the real go. */
async function checkout() {
  const { root, options, lines } = await sandbox()
  const [folder, kit] = [join(root, 'dapr'), join(root, 'kit')]
  await write(folder, daprd)
  await write(join(folder, 'kit'), kitOf('checkout'))
  await write(kit, kitOf('beside it'))
  await write(folder, { '.gitignore': 'vendor\ngo.work*\n' })
  const commits: string[] = []
  for (const one of [folder, kit]) {
    const git = gitIn(one)
    await git('init', '--quiet', '--template=', '--initial-branch=main')
    await git('add', '--all')
    await git('commit', '--quiet', '--message', 'first')
    commits.push(await git('rev-parse', 'HEAD'))
  }
  const { GOWORK: _, ...inherited } = process.env
  const env = { ...inherited, GOFLAGS: '', GOPROXY: 'off', GOTOOLCHAIN: 'local' }
  const compare = async (a: string, b: string, changed: NodeJS.ProcessEnv = {}) => {
    const sides = await resolveSides(
      { label: '--a', text: a },
      { label: '--b', text: b },
      { ...options, env: { ...env, ...changed } },
    )
    const [kitOfA, kitOfB] = await Promise.all([sides.a, sides.b].map(async ({ path }) => execa(path)))
    return { ...sides, kitOfA: kitOfA?.stdout, kitOfB: kitOfB?.stdout }
  }
  const build = async (text: string, changed: NodeJS.ProcessEnv = {}) => {
    const { b, kitOfB } = await compare(text, text, changed)
    return { ...b, kit: kitOfB }
  }
  const go = (args: string[], cwd = folder) => execa('go', args, { cwd, env })
  return { root, lines, folder, kit, commitOfKit: commits[1] as string, compare, build, go }
}

const workspace = 'go 1.22\n\nuse (\n\t./dapr\n\t./kit\n)\n'

describe('a checkout in a workspace', () => {
  test('is built with it, which is told', async () => {
    const { root, folder, kit, commitOfKit, compare, lines } = await checkout()
    await write(root, { 'go.work': workspace })
    const { b, kitOfA, kitOfB, differences } = await compare(`${folder}@HEAD`, folder)
    expect([kitOfA, kitOfB]).toEqual(['checkout', 'beside it'])
    const file = join(root, 'go.work')
    expect(b).toMatchObject({
      dirty: false,
      workspace: file,
      localModules: [{ path: 'example.com/kit', folder: kit, commit: commitOfKit, dirty: false }],
    })
    expect(differences).toEqual([
      `A was built in no workspace, B in the workspace ${file}: versions of dependencies may differ, too`,
      `A was built with example.com/kit in the version that it requires, B as it stands in ${kit} (commit ${commitOfKit.slice(0, 12)})`,
    ])
    expect(lines).toContain(
      `--b ${folder}: building ${folder} as it stands, in the workspace ${file}, with example.com/kit in ${kit} (minutes the first time)`,
    )
  })

  test('is built again when another module of it has changed', async () => {
    const { root, folder, kit, build } = await checkout()
    await write(root, { 'go.work': workspace })
    const first = await build(folder)
    await write(kit, kitOf('changed'))
    const second = await build(folder)
    expect([first.kit, second.kit]).toEqual(['beside it', 'changed'])
    expect(second.commit).toBe(first.commit)
    expect(second.localModules).toMatchObject([{ dirty: true }])
  })

  test('that GOWORK names is built with it, and with none where it is off', async () => {
    const { root, folder, build } = await checkout()
    const file = join(root, 'mine/go.work')
    await write(dirname(file), { 'go.work': workspace.replaceAll('./', '../') })
    expect(await build(folder, { GOWORK: file })).toMatchObject({ kit: 'beside it', workspace: file })
    await write(root, { 'go.work': workspace })
    const off = await build(folder, { GOWORK: 'off' })
    expect(off.kit).toBe('checkout')
    expect([off.workspace, off.localModules]).toEqual([undefined, undefined])
  })

  test('above a link to it is built with that', async () => {
    const { root, folder, kit, build } = await checkout()
    const home = join(root, 'home')
    await mkdir(home)
    await symlink(folder, join(home, 'dapr'))
    await symlink(kit, join(home, 'kit'))
    await write(home, { 'go.work': workspace })
    expect((await build(join(home, 'dapr'))).kit).toBe('beside it')
    expect((await build(folder)).kit).toBe('checkout')
  })

  test('that is not part of it is an error that says what to do', async () => {
    const { root, folder, build } = await checkout()
    await write(root, { 'go.work': 'go 1.22\n\nuse ./kit\n' })
    const error = await failure(build(folder))
    expect(error).toBeInstanceOf(BuildError)
    expect(error.message).toContain('not one of the workspace modules')
    expect(error.message).toContain(`(in the workspace ${root}/go.work; GOWORK=off builds without it)`)
    expect(await build(folder, { GOWORK: 'off' })).toMatchObject({ kit: 'checkout' })
  })

  test('changes nothing of a version or a commit beside it', async () => {
    const { root, folder, compare } = await checkout()
    await write(root, { 'go.work': workspace })
    const { kitOfA, a } = await compare(`${folder}@main`, folder)
    expect([kitOfA, a.workspace]).toEqual(['checkout', undefined])
  })
})

describe('a vendor folder', () => {
  test('is used where go uses it, as it stands', async () => {
    const { folder, compare, build, go } = await checkout()
    await go(['mod', 'vendor'])
    await write(join(folder, 'vendor/example.com/kit'), { 'kit.go': kitOf('vendor')['kit.go'] })
    const { b, kitOfA, kitOfB, differences } = await compare(`${folder}@HEAD`, folder)
    expect([kitOfA, kitOfB]).toEqual(['checkout', 'vendor'])
    expect(b).toMatchObject({ vendor: true, dirty: false })
    expect(differences).toEqual([
      'A was built with dependencies that go downloads, B with dependencies from its vendor folder: they may differ',
    ])
    const changed = await build(folder, { GOFLAGS: '-mod=readonly' })
    expect([changed.kit, changed.vendor]).toEqual(['checkout', undefined])
  })

  test('that does not fit go.mod is an error, with what go says', async () => {
    const { folder, build, go } = await checkout()
    await go(['mod', 'vendor'])
    await write(folder, { 'go.mod': goMod.replace('v0.1.0', 'v0.2.0') })
    await expect(build(folder)).rejects.toThrow(/daprd can't be built: .*vendor/)
  })

  test('of a commit is used, too', async () => {
    const { folder, build, go } = await checkout()
    const before = await build(`${folder}@HEAD`)
    await go(['mod', 'vendor'])
    await write(join(folder, 'vendor/example.com/kit'), { 'kit.go': kitOf('vendor')['kit.go'] })
    const git = gitIn(folder)
    await git('add', '--force', 'vendor')
    await git('commit', '--quiet', '--message', 'dependencies')
    await rm(join(folder, 'vendor'), { recursive: true })
    expect(await build(`${folder}@HEAD`)).toMatchObject({ kit: 'vendor', vendor: true })
    expect(await build(`${folder}@HEAD~1`)).toMatchObject({ kit: 'checkout', path: before.path })
  })
})

test('a module that a replace line takes from another folder is told', async () => {
  const { folder, kit, compare, commitOfKit } = await checkout()
  const file = join(folder, 'go.mod')
  await writeFile(file, goMod.replace('=> ./kit', '=> ../kit'))
  await write(kit, { 'other.go': 'package kit\n' })
  const { b, kitOfB, differences } = await compare(`${folder}@HEAD`, folder)
  expect(kitOfB).toBe('beside it')
  expect(b.localModules).toEqual([{ path: 'example.com/kit', folder: kit, commit: commitOfKit, dirty: true }])
  expect(differences).toEqual([expect.stringContaining('with changes')])
})

test('GOFLAGS=-mod=mod does not let go change go.mod', async () => {
  const { folder, build } = await checkout()
  const file = join(folder, 'go.mod')
  const lacking = goMod.replace('require example.com/kit v0.1.0\n\n', '')
  await writeFile(file, lacking)
  await expect(build(folder, { GOFLAGS: '-mod=mod' })).rejects.toThrow(BuildError)
  expect(await readFile(file, 'utf8')).toBe(lacking)
  await writeFile(file, goMod)
  expect((await build(folder, { GOFLAGS: '-p=1 -mod=mod' })).kit).toBe('checkout')
})

test.for([
  ['a comment', 'module "github.com/dapr/dapr" // ours', 'github.com/dapr/dapr'],
  ['another name', 'module example.com/team/dapr', 'example.com/team/dapr'],
])('a fork whose go.mod has %s is built, with its version', async ([, line = '', path = '']) => {
  const { folder, build } = await checkout()
  await write(folder, {
    'go.mod': goMod.replace('module github.com/dapr/dapr', line),
    'cmd/daprd/main.go': daprd['cmd/daprd/main.go'].replace('github.com/dapr/dapr', path),
  })
  const git = gitIn(folder)
  await git('commit', '--quiet', '--all', '--message', 'a fork')
  await git('tag', 'v9.9.9')
  for (const text of [folder, `${folder}@HEAD`])
    expect(await build(text)).toMatchObject({ kit: 'checkout', version: 'v9.9.9' })
})
