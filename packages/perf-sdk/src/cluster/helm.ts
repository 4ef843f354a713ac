import { type ExecaError, execa } from 'execa'
import { DaprPerfError } from '../errors.js'
import type { Cluster } from '../kubernetes/cluster.js'

const linesOfError = 5

export interface HelmOptions {
  /** Values for a chart, which `--values -` reads. */
  values?: unknown
  signal?: AbortSignal | undefined
}

/**
 * Runs helm on the cluster, whatever HELM_KUBECONTEXT and the like say.
 *
 * @returns what it prints
 * @throws DaprPerfError with what it says
 */
export async function helm(
  { context }: Cluster,
  args: string[],
  { values, signal }: HelmOptions = {},
): Promise<string> {
  try {
    const input = values === undefined ? {} : { input: JSON.stringify(values) }
    const { stdout } = await execa('helm', [...args, ...contextFlag(context)], {
      ...input,
      ...(signal && { cancelSignal: signal }),
      env: withoutKubeSettings(process.env),
      extendEnv: false,
    })
    return stdout
  } catch (error) {
    signal?.throwIfAborted()
    throw new DaprPerfError(`helm ${args[0]}: ${reason(error as ExecaError)}`, { cause: error })
  }
}

/** The client's own name for the cluster in whose pod it runs is no context of a file. */
const contextFlag = (context: string) => (context === 'inClusterContext' ? [] : ['--kube-context', context])

const withoutKubeSettings = (env: NodeJS.ProcessEnv) =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('HELM_KUBE')))

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
