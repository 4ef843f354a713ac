import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DaprPerfError } from '@dapr-perf/errors'
import { MachineError } from '../machine-error.js'
import { messageOf } from '../message-of.js'
import { daprModulePath } from '../pinned.js'
import { type GitOptions, git } from './git.js'

/** What git says about a checkout as it stands. */
export interface CheckoutState {
  /** What git describe says, such as `v1.18.1-3-gabc1234-dirty`; `edge`, Dapr's own default, where it is no repository. */
  version: string
  /** Its commit's whole hash. Undefined where the folder is not the top of a git repository. */
  commit?: string
  /** Whether it differs from its commit, in files that git doesn't know, too. */
  dirty?: boolean
}

const isModuleOfDapr = (goMod: string) => new RegExp(`^module\\s+${daprModulePath}\\s*$`, 'm').test(goMod)

/** Whether a folder has the sources of dapr/dapr. */
export async function isCheckout(folder: string): Promise<boolean> {
  const goMod = await readFile(join(folder, 'go.mod'), 'utf8').catch(() => '')
  return isModuleOfDapr(goMod) && existsSync(join(folder, 'cmd', 'daprd'))
}

/** What git says about a checkout; nothing where git fails, as it does in a folder that is no repository. */
export async function describeCheckout(folder: string, options: GitOptions): Promise<CheckoutState> {
  try {
    // A folder of another repository that happens to hold Dapr's sources.
    if ((await git(folder, ['rev-parse', '--show-prefix'], options)) !== '') return { version: 'edge' }
    const commit = await git(folder, ['rev-parse', '--verify', 'HEAD^{commit}'], options)
    const changes = await git(folder, ['status', '--porcelain', '--untracked-files=normal'], options)
    const version = await describe(folder, [], options)
    // Not --dirty: that refreshes the index of the checkout.
    const isChanged = version !== 'edge' && changes.split('\n').some((line) => /^(?!\?\?)./.test(line))
    return { version: isChanged ? `${version}-dirty` : version, commit, dirty: changes !== '' }
  } catch {
    options.signal?.throwIfAborted()
    return { version: 'edge' }
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
}

/**
 * The commit that a ref names: a branch, a tag, a hash, or any other way to write one.
 *
 * @throws DaprPerfError where there is none, or where it is no commit of dapr/dapr
 */
export async function findCommit(repository: string, ref: string, options: GitOptions): Promise<Commit> {
  const commit = await commitOf(repository, ref, options)
  const print = (what: 'blob' | 'tree', path: string) =>
    git(repository, ['cat-file', what, `${commit}:${path}`], options).catch(() => '')
  const goMod = await print('blob', 'go.mod')
  const daprd = await print('tree', 'cmd/daprd')
  options.signal?.throwIfAborted()
  if (!isModuleOfDapr(goMod) || !daprd) {
    throw new DaprPerfError(`${ref} in ${repository} is not a commit of dapr/dapr`)
  }
  return { commit, goMod, version: await describe(repository, [commit], options) }
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
