import { execa } from 'execa'
import { vi } from 'vitest'

/** The ids of the fortio processes that a tester's process started; one that hands its load on is fortio-original. */
export async function fortiosOf(testerPid: number | undefined): Promise<number[]> {
  const { stdout } = await execa('pgrep', ['-P', `${testerPid}`, '-x', 'fortio(-original)?'], {
    reject: false,
  })
  return stdout.split('\n').filter(Boolean).map(Number)
}

/** Resolves when no process has this id. */
export async function processGone(pid: number | undefined): Promise<void> {
  await vi.waitFor(() => {
    if (isAlive(pid as number)) throw new Error(`process ${pid} is there`)
  }, 10_000)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
