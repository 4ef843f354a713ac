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
  type Cluster as KubeCluster,
  type KubeConfig,
  KubernetesObjectApi,
  RequestContext,
  ServerConfiguration,
  VersionApi,
} from '@kubernetes/client-node'
import { connectionError, responseError } from './errors.js'
import { createHttp } from './http.js'
import { loadKubeConfig } from './kubeconfig.js'

/** The clients of a cluster. Their errors are KubernetesErrors of one line that says what to do. */
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
  /** Objects of any kind, by apiVersion and kind: custom resources, and the objects of a manifest. */
  objects: KubernetesObjectApi
  /** The response body of a GET request, as `kubectl get --raw PATH` prints it. */
  get(path: string): Promise<string>
  /** The same as a stream, for endless responses such as followed logs. */
  stream(path: string, signal: AbortSignal): Promise<Readable>
  /** The time of the API server's clock, which may differ from this machine's. */
  time(): Promise<Date>
}

/**
 * Creates the clients for the cluster that kubectl uses; see `loadKubeConfig`. It sends no request.
 *
 * @throws DaprPerfError where there is no configuration, or it can't be read
 */
export function connectToCluster(): Cluster {
  const config = loadKubeConfig()
  const context = config.getCurrentContext()
  const { server, proxyUrl } = config.getCurrentCluster() as KubeCluster
  const route = proxyUrl ? `${server} through the proxy ${new URL(proxyUrl).host}` : server
  const http = createHttp(route, context)
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
        throw connectionError(error, route, context)
      })) as [IncomingMessage]
      const status = response.statusCode as number
      if (status >= 400) throw responseError(status, await text(response), context)
      return response
    },
  }
}
