import { type ExecaError, execa } from 'execa'
import { DaprPerfError } from '../errors.js'

const linesOfError = 5

export interface HelmOptions {
  /** Values for a chart, which `--values -` reads. */
  values?: unknown
  signal?: AbortSignal | undefined
}

/**
 * Runs helm on the cluster that kubectl would talk to.
 *
 * @returns what it prints
 * @throws DaprPerfError with what it says
 */
export async function helm(args: string[], { values, signal }: HelmOptions = {}): Promise<string> {
  try {
    const input = values === undefined ? {} : { input: JSON.stringify(values) }
    const { stdout } = await execa('helm', args, { ...input, ...(signal && { cancelSignal: signal }) })
    return stdout
  } catch (error) {
    signal?.throwIfAborted()
    throw new DaprPerfError(`helm ${args[0]}: ${reason(error as ExecaError)}`, { cause: error })
  }
}

function reason(error: ExecaError): string {
  if (error.code === 'ENOENT')
    return 'not on the PATH: install Helm 3.13 or newer (https://helm.sh/docs/intro/install)'
  const lines = String(error.stderr ?? '')
    .split('\n')
    .filter((line) => line.trim())
  return (
    lines
      .slice(-linesOfError)
      .join('\n')
      .replace(/^Error: /, '') || error.shortMessage
  )
}
