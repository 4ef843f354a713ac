import { execa } from 'execa'
import { onExit } from 'signal-exit'

const gracePeriodMs = 5_000

export interface GroupOptions {
  cwd?: string
  env: NodeJS.ProcessEnv
  signal?: AbortSignal | undefined
  /** What the program reads from its standard input; nothing by default. */
  input?: string | undefined
}

/**
 * Runs a program in its own process group, so that an abort also stops its child processes. The group gets SIGINT first,
 * which makes go remove its temporary folder; what still runs after the grace period of 5 s is killed. The end of this
 * process, by a signal too, kills the group.
 */
export async function runGroup(file: string, args: string[], { cwd, env, signal, input }: GroupOptions) {
  signal?.throwIfAborted()
  const leader = execa(file, args, {
    ...(cwd && { cwd }),
    env,
    extendEnv: false,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    detached: true,
  })
  const kill = () => signalGroup(leader.pid, 'SIGKILL')
  let overdue: NodeJS.Timeout | undefined
  const abort = () => {
    signalGroup(leader.pid, 'SIGINT')
    leader.once('exit', kill)
    overdue = setTimeout(kill, gracePeriodMs)
  }
  const forgetExit = onExit(kill)
  signal?.addEventListener('abort', abort)
  try {
    return await leader
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    clearTimeout(overdue)
    signal?.removeEventListener('abort', abort)
    forgetExit()
  }
}

function signalGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return
  try {
    process.kill(-leader, signal)
  } catch {
    // The group has exited already.
  }
}
