import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gitIn } from './slow-dapr.js'

/** A folder that looks like dapr/dapr, with a file that tells its states apart. */
export async function makeSources(folder: string, what = 'first'): Promise<void> {
  await mkdir(join(folder, 'cmd/daprd'), { recursive: true })
  await writeFile(join(folder, 'go.mod'), 'module github.com/dapr/dapr\n')
  await writeFile(join(folder, 'cmd/daprd/main.go'), `package main // ${what}\n`)
}

/** A git repository that looks like dapr/dapr, with two commits: `first` and, on the branch main, `second`. */
export async function makeCheckout(folder: string) {
  const git = gitIn(folder)
  await makeSources(folder)
  await git('init', '--quiet', '--template=', '--initial-branch=main')
  await git('add', '--all')
  await git('commit', '--quiet', '--message', 'first')
  const first = await git('rev-parse', 'HEAD')
  await makeSources(folder, 'second')
  await git('commit', '--quiet', '--all', '--message', 'second')
  const second = await git('rev-parse', 'HEAD')
  return { folder, git, first, second }
}
