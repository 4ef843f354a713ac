import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { DaprPerfError } from '@dapr-perf/errors'
import { MachineError } from '../machine-error.js'
import { messageOf } from '../message-of.js'
import { refuseFiltered } from './filters.js'
import { type GitOptions, git } from './git.js'

/**
 * Writes all files of a commit into a new folder. The folder's repository has no objects of its own, it shares those of
 * the user's (like `git clone --shared`, but also from a shallow one, and of a commit that no branch has). Of the user's
 * it has neither hooks nor configuration, nor a sparse checkout. What a partial clone lacks, git fetches first into the
 * user's repository, as it would to check the commit out there.
 *
 * @throws MachineError where git fails, or not each file was written; DaprPerfError where the user's filters make a file
 */
export async function checkOut(
  repository: string,
  commit: string,
  folder: string,
  { env, signal }: GitOptions,
): Promise<void> {
  const ofUser = { env, signal }
  const plain = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('GIT_')))
  const ofCopy = { env: { ...plain, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }, signal }
  try {
    const objects = await git(repository, ['rev-parse', '--git-path', 'objects'], ofUser)
    await makeRepository(folder, commit, resolve(repository, objects))
    if (await isPartial(repository, ofUser)) await copyObjects(repository, commit, folder, ofUser)
    // `git checkout` would exit with 0 where it leaves files out.
    await git(folder, ['reset', '--quiet', '--hard', commit], ofCopy)
    const missing = await git(folder, ['ls-files', '--deleted'], ofCopy)
    if (missing) throw new DaprPerfError(`git has left out ${missing.split('\n', 3).join(', ')}`)
  } catch (error) {
    signal?.throwIfAborted()
    throw new MachineError(`${commit} can't be checked out: ${messageOf(error)}`, { cause: error })
  }
  await refuseFiltered(repository, folder, { ofUser, ofCopy })
}

/** A repository as gitrepository-layout(5) has it, with the object format of the commit: that of `git init` may be another. */
async function makeRepository(folder: string, commit: string, objects: string): Promise<void> {
  const at = (...path: string[]) => join(folder, '.git', ...path)
  const isSha256 = commit.length === 64
  await mkdir(at('refs'), { recursive: true })
  await mkdir(at('objects', 'info'), { recursive: true })
  await writeFile(at('objects', 'info', 'alternates'), `${objects}\n`)
  await writeFile(at('HEAD'), 'ref: refs/heads/main\n')
  await writeFile(
    at('config'),
    isSha256
      ? '[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectformat = sha256\n'
      : '[core]\n\trepositoryformatversion = 0\n',
  )
}

/** Whether git fetches objects of this repository when it needs them. */
async function isPartial(repository: string, options: GitOptions): Promise<boolean> {
  const settings = '^(extensions\\.partialclone|remote\\..*\\.promisor)$'
  const found = await git(repository, ['config', '--get-regexp', settings], options).catch(() => '') // 1: there is none
  return found !== ''
}

/** Copies the objects of a commit's files. Those that are missing are fetched all at once. */
async function copyObjects(
  repository: string,
  commit: string,
  folder: string,
  options: GitOptions,
): Promise<void> {
  const pack = join(folder, '.git/objects/pack')
  await mkdir(pack, { recursive: true })
  const input = `${commit}^{tree}\n`
  await git(repository, ['pack-objects', '--quiet', '--revs', '--window=0', join(pack, 'pack')], {
    ...options,
    input,
  })
}
