import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { MachineError } from '../../src/machine-error.js'
import { resolveSides } from '../../src/side/resolve.js'
import { BuildError } from '../../src/side/side.js'
import { makeCheckout } from '../checkout.js'
import { failure, makeDaprd, sandbox, writeDaprd, writeScript } from '../sandbox.js'
import { gitIn } from '../slow-dapr.js'

/** A repository with two commits of Dapr. A daprd that is built from one of them holds the text of all of its files. */
async function repository() {
  const box = await sandbox()
  await box.fakeGo(makeDaprd, 'find . -name .git -prune -o -type f -print | xargs sed "s/^/# /" >> "$output"')
  const daprd = join(box.root, 'my-daprd')
  await writeDaprd(daprd, 'edge')
  const { folder, git } = await makeCheckout(join(box.root, 'origin'))
  await git('config', 'uploadpack.allowFilter', 'true')
  await git('config', 'uploadpack.allowAnySHA1InWant', 'true')
  const build = async (text: string) => {
    const { b } = await resolveSides({ label: '--a', text: daprd }, { label: '--b', text }, box.options)
    return { ...b, text: await readFile(b.path, 'utf8') }
  }
  const clone = async (...how: string[]) => {
    await git('clone', '--quiet', ...how, `file://${folder}`, join(box.root, 'clone'))
    return join(box.root, 'clone')
  }
  return { ...box, folder, git, build, clone }
}

/** All that is in a folder but git's objects, with the times of the last changes. */
async function stateOf(folder: string): Promise<string> {
  const args = ['.', '-name', 'objects', '-prune', '-o', '-type', 'f', '-printf', '%p %T@\\n']
  return (await execa('find', args, { cwd: folder })).stdout
}

describe('a partial clone', () => {
  test.for([
    ['--filter=blob:none'],
    ['--filter=tree:0'],
    ['--filter=blob:none', '--sparse'],
    ['--filter=blob:limit=5', '--no-checkout'],
    ['--filter=tree:1', '--bare'],
  ])('by %o gets what it lacks, and is otherwise left as it is', async (how) => {
    const { build, clone } = await repository()
    const partial = await clone(...how)
    const before = await stateOf(partial)
    const { text } = await build(`${partial}@HEAD~1`)
    expect(text).toContain('# package main // first')
    expect(text).toContain('# module github.com/dapr/dapr')
    expect(await stateOf(partial)).toBe(before)
  })

  test.for([['--filter=blob:none'], ['--filter=tree:0']])(
    'by %o whose remote is away is an error of the machine, and nothing of it is kept',
    async ([how = '']) => {
      const { build, clone, folder, cached } = await repository()
      const partial = await clone(how)
      await rename(folder, `${folder} away`)
      const error = await failure(build(`${partial}@HEAD~1`))
      expect(error).toBeInstanceOf(MachineError)
      expect(error.message).toContain(`--b ${partial}@HEAD~1: `)
      expect(error.message).toMatch(/promisor remote/)
      expect(await cached()).toEqual([])

      await rename(`${folder} away`, folder)
      expect((await build(`${partial}@HEAD~1`)).text).toContain('// first')
    },
  )
})

describe('a repository that lacks', () => {
  test.for(['HEAD:cmd/daprd/main.go', 'HEAD:cmd', 'HEAD:go.mod', 'HEAD^{tree}'])(
    '%s is an error of the machine, and nothing of it is kept',
    async (what) => {
      const { build, folder, git, cached } = await repository()
      const hash = await git('rev-parse', what)
      await rm(join(folder, '.git/objects', hash.slice(0, 2), hash.slice(2)))
      const error = await failure(build(`${folder}@HEAD`))
      expect(error).toBeInstanceOf(MachineError)
      expect(error.message).toContain(`--b ${folder}@HEAD: `)
      expect(await cached()).toEqual([])
    },
  )

  test('the objects that it shared with another is one, too', async () => {
    const { build, clone, folder, cached, root } = await repository()
    const shared = await clone('--reference', folder, '--depth=1')
    await rename(folder, join(root, 'elsewhere'))
    await expect(build(`${shared}@HEAD`)).rejects.toThrow(/^--b /)
    expect(await cached()).toEqual([])
  })
})

test('a file that cannot be written is an error of the machine, and nothing is kept', async () => {
  const { build, folder, git, cached } = await repository()
  const hash = await git('rev-parse', 'HEAD:go.mod')
  await git('update-index', '--add', '--cacheinfo', `100644,${hash},${'long'.repeat(80)}`)
  await git('commit', '--quiet', '--message', 'a name that is too long')
  const error = await failure(build(`${folder}@HEAD`))
  expect(error).toBeInstanceOf(MachineError)
  expect(error.message).toMatch(/name too long/)
  expect(await cached()).toEqual([])
})

describe('what is no part of a commit is an error that says so:', () => {
  test('a submodule', async () => {
    const { build, folder, git } = await repository()
    await git(
      'update-index',
      '--add',
      '--cacheinfo',
      `160000,${await git('rev-parse', 'HEAD')},third party/kit`,
    )
    await git('commit', '--quiet', '--message', 'a submodule')
    const error = await failure(build(`${folder}@HEAD`))
    expect(error).toBeInstanceOf(BuildError)
    expect(error.message).toContain('it has submodules (third party/kit): check it out, and give its folder')
  })

  test('the folders of a go.work', async () => {
    const { build, folder, git } = await repository()
    await writeFile(join(folder, 'go.work'), 'go 1.26\nuse .\n')
    await git('add', 'go.work')
    await git('commit', '--quiet', '--message', 'a workspace')
    expect((await failure(build(`${folder}@HEAD`))).message).toContain('it has a go.work')
  })

  test('what a filter makes; it is not run', async () => {
    const { build, folder, git, root } = await repository()
    await mkdir(join(folder, 'pkg'))
    await writeFile(join(folder, 'pkg/data.bin'), 'stored\n')
    await writeFile(join(folder, '.gitattributes'), '*.bin filter=my.own\n')
    await git('add', '--all')
    await git('commit', '--quiet', '--message', 'a filter')
    expect((await build(`${folder}@HEAD`)).text).toContain('# stored') // the user's own checkout has that, too

    await git('commit', '--quiet', '--allow-empty', '--message', 'the same')
    await git('config', 'filter.my.own.smudge', 'cat')
    await build(`${folder}@HEAD`)

    await git('commit', '--quiet', '--allow-empty', '--message', 'once more')
    await git('config', 'filter.my.own.smudge', `touch ${root}/called; cat`)
    const error = await failure(build(`${folder}@HEAD`))
    expect(error).toBeInstanceOf(BuildError)
    expect(error.message).toContain('the filter my.own makes pkg/data.bin, and is not run on a commit')
    await expect(readFile(join(root, 'called'))).rejects.toThrow('ENOENT')
  })
})

test.for(['sha1', 'sha256'])('a repository of %s is read by any git', async (format) => {
  const { build, root } = await repository()
  const folder = join(root, 'other')
  await gitIn(root)('init', '--quiet', `--object-format=${format}`, folder)
  const { git, second } = await makeCheckout(folder)
  expect(await git('rev-parse', '--show-object-format')).toBe(format)
  for (const hash of ['sha1', 'sha256']) {
    await writeScript(join(root, 'bin/git'), `GIT_DEFAULT_HASH=${hash} exec /usr/bin/git "$@"`)
    const { text, commit } = await build(`${folder}@${hash === 'sha1' ? 'HEAD' : 'HEAD~1'}`)
    expect(text).toContain(hash === 'sha1' ? '// second' : '// first')
    expect(commit).toHaveLength(second.length)
  }
})
