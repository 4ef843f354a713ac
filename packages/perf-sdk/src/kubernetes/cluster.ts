import { once } from 'node:events'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { type RequestOptions, request as requestHttps } from 'node:https'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import {
  AppsV1Api,
  AuthorizationV1Api,
  CoordinationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  createConfiguration,
  HttpMethod,
  KubeConfig,
  KubernetesObjectApi,
  RequestContext,
  ServerConfiguration,
  VersionApi,
} from '@kubernetes/client-node'
import { DaprPerfError } from '../errors.js'
import { explainAnswer, explainSilence } from './errors.js'
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
  custom: CustomObjectsApi
  version: VersionApi
  /** Objects of any kind, with apiVersion and kind: Dapr's own, and what stands in a manifest. */
  objects: KubernetesObjectApi
  /** What `kubectl get --raw PATH` prints. */
  get(path: string): Promise<string>
  /** The same as it comes, for what has no end, such as a log that is followed. */
  stream(path: string, signal: AbortSignal): Promise<Readable>
  /** The API server's clock: clocks of machines differ. */
  time(): Promise<Date>
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
  const send = async (path: string) => {
    const request = new RequestContext(`${server}${path}`, HttpMethod.GET)
    await config.applySecurityAuthentication(request)
    return http.send(request).toPromise()
  }
  return {
    config,
    context,
    server,
    core: new CoreV1Api(configuration),
    apps: new AppsV1Api(configuration),
    coordination: new CoordinationV1Api(configuration),
    authorization: new AuthorizationV1Api(configuration),
    custom: new CustomObjectsApi(configuration),
    version: new VersionApi(configuration),
    objects: new KubernetesObjectApi(configuration),
    get: async (path) => (await send(path)).body.text(),
    time: async () => new Date((await send('/version')).headers.date as string),
    async stream(path, signal) {
      const options: RequestOptions = { signal }
      await config.applyToHTTPSOptions(options)
      const url = new URL(`${server}${path}`)
      const request = (url.protocol === 'http:' ? requestHttp : requestHttps)(url, options).end()
      const [response] = (await once(request, 'response').catch((error) => {
        throw explainSilence(error, server, context)
      })) as [IncomingMessage]
      const status = response.statusCode as number
      if (status >= 400) throw explainAnswer(status, await text(response), context)
      return response
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
