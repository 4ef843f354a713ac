import { execa } from 'execa'

const secondsToTidyUp = 5

export interface GroupOptions {
  cwd?: string
  env: NodeJS.ProcessEnv
  signal?: AbortSignal | undefined
}

/**
 * Runs a program in a process group of its own, so that an abort ends whatever the program has started, too.
 * It is interrupted first, as by Ctrl+C, which makes go remove its work folder; what is left then is killed.
 */
export async function runGroup(file: string, args: string[], { cwd, env, signal }: GroupOptions) {
  signal?.throwIfAborted()
  const leader = execa(file, args, {
    ...(cwd && { cwd }),
    env,
    extendEnv: false,
    stdin: 'ignore',
    detached: true,
  })
  const kill = () => signalGroup(leader.pid, 'SIGKILL')
  let overdue: NodeJS.Timeout | undefined
  const abort = () => {
    signalGroup(leader.pid, 'SIGINT')
    leader.once('exit', kill)
    overdue = setTimeout(kill, secondsToTidyUp * 1000)
  }
  process.once('exit', kill)
  signal?.addEventListener('abort', abort)
  try {
    return await leader
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    clearTimeout(overdue)
    signal?.removeEventListener('abort', abort)
    process.off('exit', kill)
  }
}

function signalGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return
  try {
    process.kill(-leader, signal)
  } catch {
    // The group has ended.
  }
}
