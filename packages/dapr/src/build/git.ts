import { writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { DaprPerfError } from '@dapr-perf/errors'
import { ExecaError } from 'execa'
import { MachineError } from '../machine-error.js'
import { messageOf } from '../message-of.js'
import { runGroup } from '../run-group.js'

export interface GitOptions {
  env: NodeJS.ProcessEnv
  signal?: AbortSignal | undefined
}

// Each is set where git calls us, in a hook or in `git bisect run`, and would lead git to that repository.
const locations =
  /^GIT_(DIR|COMMON_DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|PREFIX)$/
const noPrograms = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false']

/**
 * Runs git in a repository of the user, and leaves it as it is: no hook is run, and its index is not refreshed.
 *
 * @returns what git prints, without the newline at the end
 * @throws DaprPerfError with what git prints as its error, MachineError where there is no git
 */
export async function git(folder: string, args: string[], { env, signal }: GitOptions): Promise<string> {
  const kept = Object.entries(env).filter(([name]) => !locations.test(name))
  const gitEnv = { ...Object.fromEntries(kept), GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' }
  try {
    return (await runGroup('git', [...noPrograms, ...args], { cwd: folder, env: gitEnv, signal })).stdout
  } catch (error) {
    throw error instanceof ExecaError ? gitError(error) : error
  }
}

/**
 * Checks a commit out into a new folder. The folder's repository has no objects of its own, it shares those of the
 * user's (like `git clone --shared`, but also from a shallow one, and of a commit that no branch has). Of the user's it
 * has neither hooks nor configuration.
 *
 * @throws MachineError where git fails
 */
export async function checkOut(
  repository: string,
  commit: string,
  folder: string,
  { env, signal }: GitOptions,
): Promise<void> {
  const objects = await git(repository, ['rev-parse', '--git-path', 'objects'], { env, signal })
  const plain = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('GIT_')))
  const options = { env: { ...plain, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }, signal }
  try {
    await git(dirname(folder), ['init', '--quiet', '--template=', folder], options)
    await writeFile(join(folder, '.git/objects/info/alternates'), `${resolve(repository, objects)}\n`)
    await git(folder, ['checkout', '--quiet', '--detach', commit], options)
  } catch (error) {
    signal?.throwIfAborted()
    throw new MachineError(`${commit} can't be checked out: ${messageOf(error)}`, { cause: error })
  }
}

function gitError(cause: ExecaError): DaprPerfError {
  if (cause.code === 'ENOENT') return new MachineError('git is not on the PATH', { cause })
  const lines = String(cause.stderr)
    .split('\n')
    .map((line) => line.replace(/^(fatal|error): /, '').trim())
    .filter(Boolean)
  return new DaprPerfError(lines.join('; ') || cause.shortMessage, { cause })
}
