import { createReadStream, existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { MachineError } from '../../src/machine-error.js'
import type { LocateDaprdOptions } from '../../src/options.js'
import { resolveSides } from '../../src/side/resolve.js'
import { BuildError } from '../../src/side/side.js'
import { makeCheckout, makeSources } from '../checkout.js'
import {
  builtName,
  failure,
  goVersion,
  makeDaprd,
  releasedName,
  sandbox,
  writeDaprd,
  writeScript,
} from '../sandbox.js'
import { packDaprd, serveRelease } from './release-server.js'

/** What daprd is built from is written into it. */
const makeDaprdOfSources = [makeDaprd, 'cat cmd/daprd/main.go | sed "s/^/# /" >> "$output"']

/** Both sides are resolved in a sandbox, with git, a go that is a script, and no network. */
async function comparison() {
  const box = await sandbox()
  await box.fakeGo(...makeDaprdOfSources)
  const resolve = (a: string, b: string, changed: Partial<LocateDaprdOptions> = {}) =>
    resolveSides({ label: '--a', text: a }, { label: '--b', text: b }, { ...box.options, ...changed })
  const checkout = () => makeCheckout(join(box.root, 'dapr'))
  const daprd = join(box.root, 'my-daprd')
  await writeDaprd(daprd, 'edge')
  return { ...box, resolve, checkout, daprd }
}

describe('two versions', () => {
  test('are taken as released, where both can be had so', async () => {
    const { resolve, options, installed, builds } = await comparison()
    await writeDaprd(installed, '1.18.0')
    const releaseUrl = await serveRelease(await packDaprd())

    const { a, b } = await resolve('1.18.0', 'v1.18.1', { releaseUrl })
    expect(a).toMatchObject({ text: '1.18.0', path: installed, version: '1.18.0', source: '~/.dapr/bin' })
    expect(b).toMatchObject({
      text: 'v1.18.1',
      path: join(options.cacheFolder, releasedName),
      source: 'release',
    })
    expect(await resolve('1.18.0', '1.18.1')).toMatchObject({ b: { path: b.path, source: 'release' } })
    expect(await builds()).toEqual([])
  })

  test('are both built, each in its own module, where one cannot be had as released', async () => {
    const { resolve, builds, moduleFolder, lines, cached } = await comparison()
    const releaseUrl = await serveRelease(await packDaprd())

    const { a, b, differences } = await resolve('1.18.1', '1.10.0', { releaseUrl })
    expect(await builds()).toEqual([moduleFolder('1.18.1'), moduleFolder('1.10.0')])
    expect(await cached()).toEqual(expect.arrayContaining([builtName(), builtName('1.10.0'), releasedName]))
    const built = { source: 'go build', goVersion, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }
    expect(a).toMatchObject({ ...built, version: '1.18.1', commit: 'hash-of-1.18.1' })
    expect(b).toMatchObject({ ...built, version: '1.10.0', commit: 'hash-of-1.10.0' })
    expect(a.sha256).not.toBe(b.sha256)
    expect(differences).toEqual([])
    expect(lines).toContain('--b 1.10.0: building 1.10.0 (minutes the first time)')
    expect(lines.at(-1)).toBe(`--b 1.10.0: go build: version 1.10.0, ${b.path}`)
  })

  test('are built once for all comparisons', async () => {
    const { resolve, builds } = await comparison()
    const { a } = await resolve('1.18.1', '1.10.0')
    expect((await resolve('1.10.0', '1.18.1')).b.path).toBe(a.path)
    expect(await builds()).toHaveLength(2)
  })

  test('are built again by another Go', async () => {
    const { resolve, builds, options } = await comparison()
    await resolve('1.18.1', '1.18.1')
    const { a } = await resolve('1.18.1', '1.18.1', { env: { ...options.env, GOTOOLCHAIN: 'go1.27.0' } })
    expect(a.path).toContain('daprd-1.18.1-go1.27.0-')
    expect(await builds()).toHaveLength(2)
  })

  test('are one program where they are the same', async () => {
    const { resolve, builds } = await comparison()
    const { a, b, differences } = await resolve('1.18.1', '1.18.1')
    expect(b).toEqual(a)
    expect(differences).toEqual([])
    expect(await builds()).toHaveLength(1)
  })

  test('are built by the same Go, the newest that one of them asks for', async () => {
    const { resolve, checkout, cached } = await comparison()
    const { folder } = await checkout()
    await writeFile(join(folder, 'go.mod'), 'module github.com/dapr/dapr\ngo 1.27.3\n')
    await resolve('1.18.1', folder)
    expect(await cached()).toContainEqual(expect.stringContaining('daprd-1.18.1-go1.27.3-'))
  })
})

describe('a version beside something else', () => {
  test('is built, although its release could be had', async () => {
    const { resolve, checkout, builds } = await comparison()
    const { folder } = await checkout()
    const releaseUrl = await serveRelease(await packDaprd())
    expect((await resolve('1.18.1', folder, { releaseUrl })).a.source).toBe('go build')
    expect(await builds()).toHaveLength(2)
  })

  test('is taken as released where it is beside a daprd and there is no go', async () => {
    const { resolve, daprd } = await comparison()
    const releaseUrl = await serveRelease(await packDaprd())
    const env = { PATH: '/bin' }
    const { a, b, differences } = await resolve('1.18.1', daprd, { releaseUrl, env })
    expect([a.source, b.source]).toEqual(['release', 'path'])
    expect(differences).toContain('how B (edge, a file) was built is unknown: go is not on the PATH')
  })
})

describe('a path', () => {
  test('of a daprd is taken as it is', async () => {
    const { resolve, daprd, builds } = await comparison()
    const { a, b } = await resolve(daprd, daprd)
    expect(a).toEqual({
      text: daprd,
      path: daprd,
      version: 'edge',
      source: 'path',
      goVersion,
      sha256: b.sha256,
    })
    expect(await builds()).toEqual([])
  })

  test('of a daprd that another Go has built is told from what is built here', async () => {
    const { resolve, daprd } = await comparison()
    await writeScript(daprd, 'echo edge', '# built with go1.25.0')
    const { a, differences } = await resolve(daprd, '1.18.1')
    expect(a.goVersion).toBe('go1.25.0')
    expect(differences).toEqual([
      `A (edge, a file) was built with go1.25.0, B (1.18.1, built here) with ${goVersion}: this compares Go compilers, too`,
    ])
  })

  test('may begin with ~, which a shell leaves in --b=~/daprd', async () => {
    const { resolve, options } = await comparison()
    const path = join(options.home, 'my/daprd')
    await writeDaprd(path)
    expect((await resolve('~/my/daprd', '~/my/daprd')).a).toMatchObject({ text: '~/my/daprd', path })
  })
})

describe('a checkout', () => {
  test('is built as it stands, and its commit and changes are told', async () => {
    const { resolve, checkout, daprd, builds } = await comparison()
    const { folder, second } = await checkout()

    const { b } = await resolve(daprd, folder)
    expect(b).toMatchObject({ source: 'go build', commit: second, dirty: false })
    expect(b.version).toBe(second.slice(0, 7))
    await makeSources(folder, 'changed')
    const { b: changed } = await resolve(daprd, folder)
    expect(changed).toMatchObject({ commit: second, dirty: true, version: `${b.version}-dirty` })
    expect(await readFile(changed.path, 'utf8')).toContain('// changed')
    expect(await builds()).toEqual([folder, folder])
  })

  test('that is built again leaves what is measured meanwhile', async () => {
    const { resolve, checkout, daprd, cached } = await comparison()
    const { folder } = await checkout()
    const paths: string[] = []
    for (const what of ['one', 'two', 'three', 'four']) {
      await makeSources(folder, what)
      paths.push((await resolve(daprd, folder)).b.path)
    }
    expect(new Set(paths).size).toBe(4)
    expect(await readFile(paths[1] as string, 'utf8')).toContain('// two')
    expect((await cached()).sort()).toEqual(
      paths
        .slice(1)
        .map((path) => basename(path))
        .sort(),
    )
  })

  test('may be no git repository, or lie in another one', async () => {
    const { resolve, checkout, daprd, root } = await comparison()
    const [plain, inner] = [join(root, 'plain'), join((await checkout()).folder, 'inner')]
    for (const folder of [plain, inner]) {
      await makeSources(folder)
      const { b } = await resolve(daprd, folder)
      expect(b).toMatchObject({ version: 'edge', source: 'go build' })
      expect([b.commit, b.dirty]).toEqual([undefined, undefined])
    }
  })

  test.for([
    ['sparse-checkout', 'set', '--no-cone', '/*', '!/docs'],
    ['update-index', '--assume-unchanged', 'docs/x.md'],
    ['update-index', '--skip-worktree', 'docs/x.md'],
  ])('has changes where git does not look at a file: git %s', async (args) => {
    const { resolve, checkout, daprd } = await comparison()
    const { folder, git } = await checkout()
    await mkdir(join(folder, 'docs'))
    await writeFile(join(folder, 'docs/x.md'), '')
    await git('add', '--all')
    await git('commit', '--quiet', '--message', 'third')
    expect((await resolve(daprd, folder)).b.dirty).toBe(false)
    await git(...args)
    expect((await resolve(daprd, folder)).b.dirty).toBe(true)
  })

  test("says so where git does not read it, as where another user owns it: then its commit isn't known", async () => {
    const { resolve, checkout, daprd, options } = await comparison()
    const { folder } = await checkout()
    const env = { ...options.env, GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' }
    const { b, differences } = await resolve(daprd, folder, { env })
    expect(b).not.toHaveProperty('commit')
    expect(differences).toContainEqual(
      expect.stringMatching(/^the commit of --b .* is not known, .*: git says .*dubious ownership/s),
    )
    await rm(join(folder, '.git/HEAD'))
    const broken = await resolve(daprd, folder)
    expect(broken.differences).toContainEqual(expect.stringContaining('git says not a git repository'))
    await rm(join(folder, '.git'), { recursive: true })
    const plain = await resolve(daprd, folder)
    expect(plain.differences.join()).not.toContain('git says') // sources without a repository have no commit
  })

  test('is not changed, and runs no hook', async () => {
    const { resolve, checkout, daprd } = await comparison()
    const { folder, git } = await checkout()
    await git('config', 'core.fsmonitor', `touch ${folder}/called; false`)
    await makeSources(folder, 'second') // as it was, but newer: git would refresh its index
    const before = await readFile(join(folder, '.git/index'))
    await resolve(daprd, folder)
    expect(await readFile(join(folder, '.git/index'))).toEqual(before)
    expect(existsSync(join(folder, 'called'))).toBe(false)
  })
})

describe('CHECKOUT@REF', () => {
  test('is built from that commit, once, whatever the checkout holds now', async () => {
    const { resolve, checkout, builds, cached } = await comparison()
    const { folder, first, second } = await checkout()
    await makeSources(folder, 'changed')

    const { a, b, differences } = await resolve(`${folder}@HEAD~1`, `${folder}@main`)
    expect(a).toMatchObject({ commit: first, source: 'go build' })
    expect(b).toMatchObject({ commit: second, source: 'go build' })
    expect(await readFile(a.path, 'utf8')).toContain('// first')
    expect(await readFile(b.path, 'utf8')).toContain('// second')
    expect(differences).toEqual([])
    expect(await resolve(`${folder}@${second}`, `${folder}@${first.slice(0, 8)}`)).toMatchObject({
      a: { path: b.path },
      b: { path: a.path },
    })
    expect(await builds()).toHaveLength(2)
    expect(await cached()).toEqual(expect.arrayContaining([builtName(first), builtName(second)]))
    expect(await cached()).toHaveLength(2)
  })

  test('leaves the repository as it is, and runs no hook', async () => {
    const { resolve, checkout, daprd, root } = await comparison()
    const { folder } = await checkout()
    const called = join(root, 'called')
    for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction']) {
      await writeScript(join(folder, '.git/hooks', hook), `touch ${called}`)
    }
    const files = async () =>
      (await execa('find', ['.', '-type', 'f', '-printf', '%p %T@\\n'], { cwd: folder })).stdout
    const before = await files()
    await resolve(daprd, `${folder}@HEAD`)
    expect(await files()).toBe(before)
    expect(existsSync(called)).toBe(false)
  })

  test.for([
    ['HEAD@{1}', 'first'],
    ['@', 'second'],
    ['feature@x', 'first'],
    ['a-tag', 'first'],
    ['-x', 'first'],
  ])('may have the ref %s', async ([ref, what]) => {
    const { resolve, checkout, daprd } = await comparison()
    const { folder, git, first } = await checkout()
    await git('branch', 'feature@x', first)
    await git('tag', 'a-tag', first)
    await git('update-ref', 'refs/heads/-x', first)
    const { b } = await resolve(daprd, `${folder}@${ref}`)
    expect(await readFile(b.path, 'utf8')).toContain(`// ${what}`)
  })

  test('may have an @ in its path; a path that exists is one', async () => {
    const { resolve, checkout, daprd, root } = await comparison()
    const { folder } = await checkout()
    const path = join(root, 'me@home/dapr@main')
    await mkdir(join(root, 'me@home'))
    await rename(folder, path)
    await makeSources(path, 'changed')
    const built = async (text: string) => readFile((await resolve(daprd, text)).b.path, 'utf8')
    expect(await built(path)).toContain('// changed')
    expect(await built(`${path}@main`)).toContain('// second')
  })

  test('may be of a shallow repository, of a bare one, of a work tree, and of a commit that no branch has', async () => {
    const { resolve, checkout, daprd, root } = await comparison()
    const { folder, git, second } = await checkout()
    await git('worktree', 'add', '--quiet', '--detach', join(root, 'tree'))
    for (const [name, ...how] of [
      ['shallow', '--depth=1'],
      ['bare', '--bare'],
    ] as const) {
      await git('clone', '--quiet', ...how, `file://${folder}`, join(root, name))
    }
    await git('reset', '--quiet', '--hard', 'HEAD~1')
    for (const name of ['dapr', 'shallow', 'bare', 'tree']) {
      const cacheFolder = join(root, `cache of ${name}`)
      const { b } = await resolve(daprd, `${join(root, name)}@${second}`, { cacheFolder })
      expect(await readFile(b.path, 'utf8')).toContain('// second')
    }
  })

  test('is looked for in its own repository, also where git calls us in another one', async () => {
    const { resolve, checkout, daprd, root, options } = await comparison()
    const { folder, second } = await checkout()
    const other = await makeCheckout(join(root, 'other'))
    const env = { ...options.env, GIT_DIR: join(other.folder, '.git'), GIT_INDEX_FILE: join(root, 'index') }
    expect((await resolve(daprd, `${folder}@HEAD`, { env })).b.commit).toBe(second)
    expect((await resolve(daprd, folder, { env })).b).toMatchObject({ commit: second, dirty: false })
  })

  test('needs git', async () => {
    const { resolve, checkout, daprd, root } = await comparison()
    const { folder } = await checkout()
    const error = await failure(resolve(daprd, `${folder}@main`, { env: { PATH: root } }))
    expect(error).toBeInstanceOf(MachineError)
    expect(error.message).toBe(`--b ${folder}@main: git is not on the PATH`)
  })

  test('is refused where its go.mod leads out of it', async () => {
    const { resolve, checkout, daprd } = await comparison()
    const { folder, git } = await checkout()
    const goMod = (replace: string) =>
      writeFile(join(folder, 'go.mod'), `module github.com/dapr/dapr\n${replace}\n`)
    await goMod('replace github.com/dapr/kit => ../kit')
    await git('commit', '--quiet', '--all', '--message', 'third')
    const error = await failure(resolve(daprd, `${folder}@HEAD`))
    expect(error).toBeInstanceOf(BuildError)
    expect(error.message).toContain('by a folder outside of it (=> ../kit): check it out')

    for (const outside of ['"../kit" // mine', './inner/../../kit', '/src/kit']) {
      await goMod(`replace (\n\tgithub.com/dapr/kit v1.0.0 => ${outside}\n)`)
      await git('commit', '--quiet', '--all', '--message', outside)
      await expect(resolve(daprd, `${folder}@HEAD`)).rejects.toThrow('a folder outside of it')
    }

    await goMod('// replace github.com/dapr/kit => ../kit\nreplace github.com/dapr/kit => ./..kit')
    await git('commit', '--quiet', '--all', '--message', 'fourth')
    await resolve(daprd, `${folder}@HEAD`)
  })
})

describe('wrong input', () => {
  const accepted =
    'expected a version such as 1.18.1, the path of a daprd, a checkout of dapr/dapr, or CHECKOUT@REF'

  test.for<[string, string]>([
    ['', 'nothing is named'],
    ['1.18', 'DIR/1.18 does not exist'],
    ['latest', 'DIR/latest does not exist'],
    ['/nowhere/dapr', '/nowhere/dapr does not exist'],
    ['/nowhere/dapr@main', '/nowhere/dapr@main does not exist'],
    ['ROOT', 'ROOT is not a checkout of dapr/dapr'],
    ['ROOT@main', 'ROOT: not a git repository (or any of the parent directories): .git'],
    ['ROOT/dapr@', 'no ref follows the @'],
    ['ROOT/dapr@nowhere', 'there is no commit nowhere in ROOT/dapr'],
    ['ROOT/dapr@--all', 'there is no commit --all in ROOT/dapr'],
    ['ROOT/other@main', 'main in ROOT/other is not a commit of dapr/dapr'],
    ['ROOT/text', 'ROOT/text is not executable'],
    ['ROOT/script', "ROOT/script --version printed 'usage: x', expected a version"],
  ])('%o is an error that names it, and what is accepted', async ([text, message]) => {
    const { resolve, checkout, root, builds } = await comparison()
    const { folder } = await checkout()
    const other = await makeCheckout(join(root, 'other'))
    await other.git('rm', '--quiet', '-r', 'cmd')
    await other.git('commit', '--quiet', '--message', 'another program')
    await writeFile(join(root, 'text'), '')
    await writeScript(join(root, 'script'), 'echo usage: x')

    const expanded = (given: string) => given.replace('ROOT', root).replace('DIR', process.cwd())
    const error = await failure(resolve(folder, expanded(text)))
    expect(error).toBeInstanceOf(InputError)
    expect(error.message).toBe(`--b ${expanded(text)}: ${expanded(message)}; ${accepted}`)
    expect(await builds()).toEqual([])
  })

  test('a version that does not exist is one, before anything is built', async () => {
    const { resolve, checkout, builds } = await comparison()
    const { folder } = await checkout()
    for (const a of [folder, '1.18.1']) {
      const error = await failure(resolve(a, '9.9.9'))
      expect(error).toBeInstanceOf(InputError)
      expect(error.message).toBe(
        "--b 9.9.9: Go's module proxy does not have it: invalid version: unknown revision v9.9.9",
      )
    }
    expect(await builds()).toEqual([])
  })
})

describe('a build', () => {
  test('that fails is an error that names the side, with what go says', async () => {
    const { resolve, checkout, fakeGo } = await comparison()
    const { folder } = await checkout()
    await fakeGo('echo "# github.com/dapr/dapr/pkg/x" >&2', 'echo "x.go:1:2: undefined: y" >&2', 'exit 1')
    for (const text of [folder, `${folder}@HEAD`, '1.18.1']) {
      const error = await failure(resolve(text, text))
      expect(error).toBeInstanceOf(BuildError)
      expect((error as BuildError).side).toEqual({ label: '--a', text })
      expect(error.message).toBe(
        `--a ${text}: daprd can't be built: # github.com/dapr/dapr/pkg/x; x.go:1:2: undefined: y`,
      )
    }
  })

  test('whose daprd does not start is such an error, too, and leaves nothing', async () => {
    const { resolve, checkout, fakeGo, cached } = await comparison()
    const { folder } = await checkout()
    await fakeGo(makeDaprd, 'echo "exit 3" > "$output"')
    for (const text of [folder, `${folder}@HEAD`, '1.18.1']) {
      const error = await failure(resolve(text, text))
      expect(error).toBeInstanceOf(BuildError)
      expect(error.message).toMatch(/--version failed: /)
    }
    expect(await cached()).toEqual([])
  })

  test.for([
    'write /cache/daprd: no space left on device',
    'github.com/x/y: compile: signal: killed',
    'dial tcp: lookup proxy.golang.org: no such host',
    'reading https://proxy.golang.org/x: 502 Bad Gateway',
  ])('that fails for the machine is no fault of the side: %s', async (message) => {
    const { resolve, checkout, fakeGo } = await comparison()
    const { folder } = await checkout()
    await fakeGo(`echo '${message}' >&2`, 'exit 1')
    const error = await failure(resolve(folder, folder))
    expect(error).toBeInstanceOf(MachineError)
    expect(error).not.toBeInstanceOf(BuildError)
    expect(error.message).toBe(`--a ${folder}: ${message}`)
  })

  test('needs go', async () => {
    const { resolve, checkout, options } = await comparison()
    const { folder } = await checkout()
    const env = { ...options.env, PATH: '/usr/bin:/bin' }
    const error = await failure(resolve('1.18.1', `${folder}@main`, { env }))
    expect(error).toBeInstanceOf(MachineError)
    expect(error.message).toBe('--a 1.18.1: go is not on the PATH')
  })

  test('ends when it is aborted, and leaves nothing', async () => {
    const { resolve, checkout, fakeGo, pipe, cached } = await comparison()
    const { folder } = await checkout()
    const alive = await pipe()
    await fakeGo(makeDaprd, `exec 3> ${alive}`, 'echo started >&3', 'sleep 1000 &', 'wait')
    const aborter = new AbortController()
    const failed = failure(resolve(`${folder}@HEAD`, folder, { signal: aborter.signal }))
    for await (const _ of createReadStream(alive)) aborter.abort(new Error('enough'))
    expect((await failed).message).toBe('enough')
    expect(await cached()).toEqual([])
  })
})
