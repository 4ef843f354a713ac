import { access, constants } from 'node:fs/promises'
import { ExecaError } from 'execa'
import { DaprPerfError } from '../../../errors.js'
import type { LocateDaprdOptions } from './options.js'
import { reason } from './reason.js'
import { runGroup } from './run-group.js'

const secondsToAnswer = 10

type Asker = Pick<LocateDaprdOptions, 'env' | 'signal'>

/** The version that the daprd at this path says it is. */
export async function askVersion(path: string, { env, signal }: Asker): Promise<string> {
  await checkExecutable(path)
  const late = AbortSignal.timeout(secondsToAnswer * 1000)
  const stop = signal ? AbortSignal.any([signal, late]) : late
  const { stdout } = await runGroup(path, ['--version'], { env, signal: stop }).catch((error) => {
    signal?.throwIfAborted()
    throw new DaprPerfError(`${path} does not answer --version: ${whyNoAnswer(error)}`, {
      cause: error,
    })
  })
  if (!/^\S+$/.test(stdout)) {
    throw new DaprPerfError(
      `${path} does not answer --version with a version but with '${firstLine(stdout)}'`,
    )
  }
  return stdout
}

/** Fails unless the daprd at this path says that it is this version. */
export async function checkVersion(path: string, version: string, asker: Asker): Promise<void> {
  const found = await askVersion(path, asker)
  if (found !== version) throw new DaprPerfError(`${path} is version ${found}, not ${version}`)
}

async function checkExecutable(path: string): Promise<void> {
  await access(path, constants.X_OK).catch((error) => {
    const what = error.code === 'ENOENT' ? 'is not there' : 'is not executable'
    throw new DaprPerfError(`${path} ${what}`, { cause: error })
  })
}

function whyNoAnswer(error: unknown): string {
  if (!(error instanceof ExecaError)) return reason(error)
  return error.originalMessage || error.signal || `exit code ${error.exitCode}`
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
