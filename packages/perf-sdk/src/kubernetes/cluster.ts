import {
  AppsV1Api,
  AuthorizationV1Api,
  CoordinationV1Api,
  CoreV1Api,
  createConfiguration,
  HttpMethod,
  KubeConfig,
  KubernetesObjectApi,
  RequestContext,
  ServerConfiguration,
  VersionApi,
} from '@kubernetes/client-node'
import { DaprPerfError } from '../errors.js'
import { explainingHttp } from './http.js'

/** The cluster that kubectl would talk to. Every error of its clients is one line that says what to do. */
export interface Cluster {
  config: KubeConfig
  /** The context's name and the API server's address, for messages. */
  context: string
  server: string
  core: CoreV1Api
  apps: AppsV1Api
  coordination: CoordinationV1Api
  authorization: AuthorizationV1Api
  version: VersionApi
  /** Objects of any kind, with apiVersion and kind: Dapr's own, and what stands in a manifest. */
  objects: KubernetesObjectApi
  /** What `kubectl get --raw PATH` prints. */
  get(path: string): Promise<string>
}

/**
 * Connects to the cluster of KUBECONFIG (or ~/.kube/config) and its current context. Nothing is sent yet.
 *
 * @throws DaprPerfError where there is no configuration, or it can't be read
 */
export function connectToCluster(): Cluster {
  const config = loadConfig()
  const context = config.getCurrentContext()
  const server = config.getCurrentCluster()?.server as string
  const http = explainingHttp(server, context)
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(server, {}),
    authMethods: { default: config },
    httpApi: http,
  })
  return {
    config,
    context,
    server,
    core: new CoreV1Api(configuration),
    apps: new AppsV1Api(configuration),
    coordination: new CoordinationV1Api(configuration),
    authorization: new AuthorizationV1Api(configuration),
    version: new VersionApi(configuration),
    objects: new KubernetesObjectApi(configuration),
    async get(path) {
      const request = new RequestContext(`${server}${path}`, HttpMethod.GET)
      await config.applySecurityAuthentication(request)
      const { body } = await http.send(request).toPromise()
      return body.text()
    },
  }
}

function loadConfig(): KubeConfig {
  const files = process.env.KUBECONFIG || '~/.kube/config'
  const config = new KubeConfig()
  try {
    config.loadFromDefault()
  } catch (error) {
    throw new DaprPerfError(
      `no cluster: KUBECONFIG=${files} can't be read (${(error as Error).message}). ` +
        'Set KUBECONFIG to the file that kubectl uses',
      { cause: error },
    )
  }
  const context = config.getCurrentContext()
  const cluster = config.getCurrentCluster()
  // The client's last resort, where it found no configuration at all, is an address that nobody asked for.
  if (!cluster || (cluster.name === 'cluster' && cluster.server === 'http://localhost:8080')) {
    const reason =
      context && !cluster ? `its context ${context} doesn't exist` : 'it names no current context'
    throw new DaprPerfError(
      `no cluster: KUBECONFIG=${files} is not there, or ${reason}. ` +
        'Set KUBECONFIG, or choose a context with kubectl config use-context NAME',
    )
  }
  return config
}
