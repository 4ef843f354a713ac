import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DaprPerfError } from '@dapr-perf/errors'
import { MachineError } from '../machine-error.js'
import { messageOf } from '../message-of.js'
import { type GitOptions, git } from './git.js'

/** What git says about a checkout as it stands. */
export interface CheckoutState {
  /** What git describe says, such as `v1.18.1-3-gabc1234-dirty`; `edge`, Dapr's own default, where it is no repository. */
  version: string
  /** Its commit's whole hash. Undefined where the folder is not the top of a git repository. */
  commit?: string
  /**
   * Whether it differs from its commit, also in files that git doesn't know, and in those that git was told to leave out or
   * not to look at (a sparse checkout, `--assume-unchanged`).
   */
  dirty?: boolean
  /** Why git can't read the repository that the folder is, such as the ownership of its files. */
  unread?: string
}

/** Whether a folder has the sources of dapr/dapr, or of a fork, whatever the name of its module is. */
export const isCheckout = (folder: string) =>
  existsSync(join(folder, 'go.mod')) && existsSync(join(folder, 'cmd', 'daprd'))

/** What git says about a checkout; nothing of a folder that is no repository. */
export async function describeCheckout(folder: string, options: GitOptions): Promise<CheckoutState> {
  try {
    // A folder of another repository that happens to hold Dapr's sources.
    if ((await git(folder, ['rev-parse', '--show-prefix'], options)) !== '') return { version: 'edge' }
    const commit = await git(folder, ['rev-parse', '--verify', 'HEAD^{commit}'], options)
    const changes = await git(folder, ['status', '--porcelain', '--untracked-files=normal'], options)
    const version = await describe(folder, [], options)
    const files = await git(folder, ['ls-files', '-v'], options)
    const isUnseen = /^[Sa-z] /m.test(files)
    // Not --dirty: that refreshes the index of the checkout.
    const isChanged = version !== 'edge' && changes.split('\n').some((line) => /^(?!\?\?)./.test(line))
    return { version: isChanged ? `${version}-dirty` : version, commit, dirty: changes !== '' || isUnseen }
  } catch (error) {
    options.signal?.throwIfAborted()
    return { version: 'edge', ...(existsSync(join(folder, '.git')) && { unread: messageOf(error) }) }
  }
}

/** A commit of a user's repository. */
export interface Commit {
  /** Its whole hash. */
  commit: string
  /** What git describe says of it, such as `v1.18.1-3-gabc1234`. */
  version: string
  /** The text of its go.mod. */
  goMod: string
  /** The paths of all its files, and of its submodules. */
  paths: string[]
  /** The paths of its submodules, whose files are no part of it. */
  submodules: string[]
}

/**
 * The commit that a ref names: a branch, a tag, a hash, or any other way to write one.
 *
 * @throws DaprPerfError where there is none, or where it is no commit of dapr/dapr; MachineError where its files can't be read
 */
export async function findCommit(repository: string, ref: string, options: GitOptions): Promise<Commit> {
  const commit = await commitOf(repository, ref, options)
  const entries = await entriesOf(repository, commit, options)
  const paths = entries.map(({ path }) => path)
  if (!paths.includes('go.mod') || !paths.some((path) => path.startsWith('cmd/daprd/'))) {
    throw new DaprPerfError(`${ref} in ${repository} is not a commit of dapr/dapr`)
  }
  const goMod = await readObjects(repository, ['cat-file', 'blob', `${commit}:go.mod`], options)
  const submodules = entries.flatMap(({ type, path }) => (type === 'commit' ? path : []))
  return { commit, goMod, paths, submodules, version: await describe(repository, [commit], options) }
}

/** What a commit consists of. */
async function entriesOf(repository: string, commit: string, options: GitOptions) {
  const listed = await readObjects(repository, ['ls-tree', '-r', '-z', '--full-tree', commit], options)
  const entries = listed.split('\0').filter(Boolean)
  return entries.map((entry) => {
    const [, type, path] = /^\d+ (\w+) \w+\t(.*)$/s.exec(entry) as unknown as [string, string, string]
    return { type, path }
  })
}

/** Reads what is in the repository, or, in a partial clone, on its remote. @throws MachineError where it can't be read */
async function readObjects(repository: string, args: string[], options: GitOptions): Promise<string> {
  try {
    return await git(repository, args, options)
  } catch (error) {
    options.signal?.throwIfAborted()
    throw new MachineError(`objects of ${repository} can't be read: ${messageOf(error)}`, { cause: error })
  }
}

async function commitOf(repository: string, ref: string, options: GitOptions): Promise<string> {
  const ask = async (problem: (said: string) => string, ...args: string[]) => {
    try {
      return await git(repository, ['rev-parse', ...args], options)
    } catch (error) {
      options.signal?.throwIfAborted()
      if (error instanceof MachineError) throw error
      throw new DaprPerfError(problem(messageOf(error)), { cause: error })
    }
  }
  await ask((said) => `${repository}: ${said}`, '--git-dir')
  const noCommit = () => `there is no commit ${ref} in ${repository}`
  return ask(noCommit, '--verify', '--end-of-options', `${ref}^{commit}`)
}

async function describe(folder: string, args: string[], options: GitOptions): Promise<string> {
  const version = await git(folder, ['describe', '--tags', '--always', ...args], options)
  return /^[\w.-]+$/.test(version) ? version : 'edge'
}
