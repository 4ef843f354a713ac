import { DaprPerfError } from '@dapr-perf/errors'
import type { Cluster } from '@dapr-perf/kubernetes'
import { type ExecaError, execa } from 'execa'

const maxErrorLines = 5

export interface HelmOptions {
  /** The values of a chart, for `--values -`. */
  values?: unknown
  /** Stops helm. */
  signal?: AbortSignal | undefined
}

/**
 * Runs helm on the cluster, regardless of HELM_KUBE* variables.
 *
 * @returns its standard output
 * @throws DaprPerfError with its last lines of standard error, or the signal's reason
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
    throw new DaprPerfError(`helm ${args[0]}: ${errorMessageOf(error as ExecaError)}`, { cause: error })
  }
}

/** Inside a pod the client calls its context inClusterContext, which is in no kubeconfig. */
const contextFlag = (context: string) => (context === 'inClusterContext' ? [] : ['--kube-context', context])

const withoutKubeSettings = (env: NodeJS.ProcessEnv) =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('HELM_KUBE')))

function errorMessageOf(error: ExecaError): string {
  if (error.code === 'ENOENT')
    return 'not on the PATH: install Helm 3.13 or newer (https://helm.sh/docs/intro/install)'
  const lines = String(error.stderr ?? '')
    .split('\n')
    .filter((line) => line.trim())
  return (
    lines
      .slice(-maxErrorLines)
      .join('\n')
      .replace(/^Error: /, '') || error.shortMessage
  )
}
