import { access, constants } from 'node:fs/promises'
import { DaprPerfError, withTimeout } from '@dapr-perf/errors'
import { ExecaError } from 'execa'
import pRetry from 'p-retry'
import { messageOf } from './message-of.js'
import type { LocateDaprdOptions } from './options.js'
import { runGroup } from './run-group.js'

const timeoutMs = 10_000

type ProcessOptions = Pick<LocateDaprdOptions, 'env' | 'signal'>

/** What `daprd --version` prints. @throws DaprPerfError where it prints none within 10 s */
export async function askVersion(path: string, { env, signal }: ProcessOptions): Promise<string> {
  await checkExecutable(path)
  const { stdout } = await withTimeout(timeoutMs, signal, (stop) =>
    pRetry(() => runGroup(path, ['--version'], { env, signal: stop }), {
      ...{ retries: 10, minTimeout: 10, signal: stop },
      shouldRetry: ({ error }) => isStillOpen(error),
    }),
  ).catch((error) => {
    signal?.throwIfAborted()
    throw new DaprPerfError(`${path} --version failed: ${failureOf(error)}`, {
      cause: error,
    })
  })
  if (!/^\S+$/.test(stdout)) {
    throw new DaprPerfError(`${path} --version printed '${firstLine(stdout)}', expected a version`)
  }
  return stdout
}

/** @throws DaprPerfError where the daprd at this path is not of this version */
export async function checkVersion(path: string, version: string, options: ProcessOptions): Promise<void> {
  const found = await askVersion(path, options)
  if (found !== version) throw new DaprPerfError(`${path} is version ${found}, not ${version}`)
}

async function checkExecutable(path: string): Promise<void> {
  await access(path, constants.X_OK).catch((error) => {
    const what = error.code === 'ENOENT' ? 'does not exist' : 'is not executable'
    throw new DaprPerfError(`${path} ${what}`, { cause: error })
  })
}

/**
 * A program that was written just now is still open for writing in a process that was forked meanwhile, for the moment until
 * that becomes another program: https://github.com/golang/go/issues/22315.
 */
const isStillOpen = (error: Error) => (error as NodeJS.ErrnoException).code === 'ETXTBSY'

function failureOf(error: unknown): string {
  if (!(error instanceof ExecaError)) return messageOf(error)
  return error.originalMessage || error.signal || `exit code ${error.exitCode}`
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
