import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { DaprPerfError } from '@dapr-perf/errors'
import { ExecaError } from 'execa'
import { MachineError } from '../machine-error.js'
import { runGroup } from '../run-group.js'

const maxErrorLines = 5

/** What go prints where a disk, memory or the network fails, and not what it builds. */
const troubles = [
  /no space left on device|disk quota exceeded|read-only file system|input\/output error|permission denied/i,
  /cannot allocate memory|out of memory|signal: killed|too many open files|resource temporarily unavailable/i,
  /dial tcp|proxyconnect|i\/o timeout|TLS handshake|connection (refused|reset)|no such host|: 5\d\d [A-Z]/,
]

export interface GoOptions {
  cwd: string
  env: NodeJS.ProcessEnv
  signal?: AbortSignal | undefined
  /** Takes the go.work that go finds from the folder on, or that GOWORK names; by default none. */
  ownWorkspace?: boolean | undefined
}

/** Whether go is on the PATH. */
export function hasGo({ PATH = '' }: NodeJS.ProcessEnv): boolean {
  return PATH.split(delimiter).some((folder) => existsSync(join(folder, 'go')))
}

/** @throws MachineError where go is not on the PATH */
export function requireGo(env: NodeJS.ProcessEnv): void {
  if (!hasGo(env)) throw new MachineError('go is not on the PATH')
}

/**
 * Runs go with modules.
 *
 * @returns what it prints to standard output
 * @throws DaprPerfError with the last lines that go prints, a MachineError where they name the machine as the cause
 */
export async function runGo(args: string[], options: GoOptions): Promise<string> {
  const { cwd, env, signal, ownWorkspace } = options
  requireGo(env)
  // go finds its folder, and so a go.work above it, by PWD, where that is a link to where it is.
  const goEnv = { ...env, GO111MODULE: 'on', PWD: cwd, ...(!ownWorkspace && { GOWORK: 'off' }) }
  try {
    return (await runGroup('go', args, { cwd, env: goEnv, signal })).stdout
  } catch (error) {
    throw error instanceof ExecaError ? goError(error) : error
  }
}

function goError(cause: ExecaError): DaprPerfError {
  const message = errorOf(cause)
  const isOfMachine = cause.signal || troubles.some((trouble) => trouble.test(`${message}\n${cause.stderr}`))
  return isOfMachine ? new MachineError(message, { cause }) : new DaprPerfError(message, { cause })
}

/** What go says: `go mod download -json` in JSON on standard output, else in the last lines on standard error. */
function errorOf({ stdout, stderr, shortMessage }: ExecaError): string {
  const lines = (jsonError(String(stdout)) ?? String(stderr))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('go: downloading '))
  return [...new Set(lines)].slice(-maxErrorLines).join('; ') || shortMessage
}

function jsonError(stdout: string): string | undefined {
  try {
    return JSON.parse(stdout).Error
  } catch {
    return undefined
  }
}
