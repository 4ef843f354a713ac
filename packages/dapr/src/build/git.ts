import { DaprPerfError } from '@dapr-perf/errors'
import { ExecaError } from 'execa'
import { MachineError } from '../machine-error.js'
import { runGroup } from '../run-group.js'

export interface GitOptions {
  env: NodeJS.ProcessEnv
  signal?: AbortSignal | undefined
  /** What git reads from its standard input; nothing by default. */
  input?: string | undefined
}

// Each is set where git calls us, in a hook or in `git bisect run`, and would lead git to that repository.
const locations =
  /^GIT_(DIR|COMMON_DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|PREFIX)$/
const settings = ['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'gc.auto=0', 'maintenance.auto=false']
const noPrograms = settings.flatMap((setting) => ['-c', setting])

/**
 * Runs git in a repository of the user, and leaves it as it is: no hook is run, its index is not refreshed, and nothing is
 * tidied up. Only of a partial clone git may fetch objects that it needs.
 *
 * @returns what git prints, without the newline at the end
 * @throws DaprPerfError with what git prints as its error, MachineError where there is no git
 */
export async function git(folder: string, args: string[], options: GitOptions): Promise<string> {
  const { env, signal, input } = options
  const kept = Object.entries(env).filter(([name]) => !locations.test(name))
  const gitEnv = { ...Object.fromEntries(kept), GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' }
  try {
    return (await runGroup('git', [...noPrograms, ...args], { cwd: folder, env: gitEnv, signal, input }))
      .stdout
  } catch (error) {
    throw error instanceof ExecaError ? gitError(error) : error
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
