import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join, resolve, sep } from 'node:path'
import { DaprPerfError } from '@dapr-perf/errors'
import { proxyFor } from '@dapr-perf/proxy'
import { type Cluster, KubeConfig, type User } from '@kubernetes/client-node'

const podToken = '/var/run/secrets/kubernetes.io/serviceaccount/token'

/**
 * Loads the configuration that kubectl uses: the files of KUBECONFIG merged, or else ~/.kube/config, or else that of
 * the pod in which this runs. A cluster without `proxy-url` is reached through the proxy of the environment.
 *
 * @throws DaprPerfError where there is no configuration or no current context, or a file can't be read
 */
export function loadKubeConfig(env: NodeJS.ProcessEnv = process.env): KubeConfig {
  const files = env.KUBECONFIG || '~/.kube/config'
  const config = mergeFiles(
    env.KUBECONFIG ? env.KUBECONFIG.split(delimiter) : [join(homedir(), '.kube', 'config')],
  )
  if (config.contexts.length === 0 && existsSync(podToken)) config.loadFromCluster()
  const context = config.getCurrentContext()
  const cluster = config.getCurrentCluster()
  if (!cluster) {
    const problem = context ? `its context ${context} doesn't exist` : 'it has no current context'
    throw new DaprPerfError(
      `no cluster: KUBECONFIG=${files} does not exist, or ${problem}. ` +
        'Set KUBECONFIG, or choose a context with kubectl config use-context NAME',
    )
  }
  const server = withScheme(cluster, config.getCurrentUser())
  const proxyUrl = cluster.proxyUrl ?? proxyFor(server, env)
  config.clusters = config.clusters.map((one) =>
    one.name === cluster.name
      ? {
          ...one,
          server,
          ...(proxyUrl && { proxyUrl }),
          // The client refuses HTTP otherwise, with nothing to verify there: that of kubectl proxy, for example.
          ...(/^http:/i.test(server) && { skipTLSVerify: true }),
        }
      : one,
  )
  return config
}

/** The address of a cluster; without a scheme it is https where kubectl takes it for that, else http. */
function withScheme({ server, caFile, caData, skipTLSVerify }: Cluster, user: User | null): string {
  if (/^https?:\/\//i.test(server)) return server
  const isSecure = caFile || caData || skipTLSVerify || user?.certFile || user?.certData
  return `${isSecure ? 'https' : 'http'}://${server}`
}

/** Merges files by kubectl's rule: those that don't exist are ignored, and the first to define something wins. */
function mergeFiles(files: string[]): KubeConfig {
  const parts = files.filter(Boolean).flatMap((file) => readConfig(resolve(file)) ?? [])
  const config = new KubeConfig()
  config.loadFromOptions({
    clusters: firstOfEachName(parts.flatMap(({ clusters }) => clusters)),
    users: firstOfEachName(parts.flatMap(({ users }) => users)),
    contexts: firstOfEachName(parts.flatMap(({ contexts }) => contexts)),
    currentContext: parts.map((part) => part.getCurrentContext()).find(Boolean),
  })
  return config
}

/** A file with its paths made absolute; undefined where it doesn't exist or has no content. */
function readConfig(file: string): KubeConfig | undefined {
  if (!existsSync(file)) return undefined
  try {
    const text = readFileSync(file, 'utf8')
    if (!/^\s*[^\s#]/m.test(text)) return undefined
    const config = new KubeConfig()
    // An incomplete entry does no harm unless it is used.
    config.loadFromString(text, { onInvalidEntry: 'filter' })
    config.makePathsAbsolute(dirname(file))
    for (const { exec } of config.users) {
      // Without a slash it is looked up in the PATH.
      if (exec?.command?.includes(sep)) exec.command = resolve(dirname(file), exec.command)
    }
    return config
  } catch (error) {
    throw new DaprPerfError(
      `no cluster: ${file} can't be read (${(error as Error).message}). Set KUBECONFIG to the file that kubectl uses`,
      { cause: error },
    )
  }
}

function firstOfEachName<T extends { name: string }>(entries: T[]): T[] {
  return [...new Map(entries.toReversed().map((entry) => [entry.name, entry])).values()]
}
