import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { DaprPerfError } from '@dapr-perf/errors'
import { type Dispatcher, EnvHttpProxyAgent, interceptors, Pool, request } from 'undici'
import { messageOf } from '../message-of.js'
import type { LocateDaprdOptions } from './options.js'

const maxRedirections = 5

type DownloadOptions = Pick<LocateDaprdOptions, 'env' | 'timeouts' | 'signal'>

/** Downloads a URL to a file. @throws DaprPerfError that names the URL */
export async function download(url: string, file: string, options: DownloadOptions): Promise<void> {
  const agent = proxyAgent(options)
  try {
    await save(url, file, agent, options.signal)
  } catch (error) {
    throw new DaprPerfError(`${url}: ${messageOf(error)}`, { cause: error })
  } finally {
    await agent.destroy()
  }
}

async function save(url: string, file: string, agent: Dispatcher, signal?: AbortSignal): Promise<void> {
  const { statusCode, body } = await request(url, {
    dispatcher: agent.compose(interceptors.redirect({ maxRedirections })),
    ...(signal && { signal }),
  })
  if (statusCode !== 200) {
    await body.dump()
    throw new DaprPerfError(`the server answered ${statusCode}`)
  }
  await pipeline(body, createWriteStream(file))
}

/** Uses the proxy of the environment, and times out when no data arrives. */
function proxyAgent({ env, timeouts }: DownloadOptions): Dispatcher {
  const connect = { timeout: timeouts.connect }
  const stall = { headersTimeout: timeouts.stall, bodyTimeout: timeouts.stall }
  return new EnvHttpProxyAgent({
    httpProxy: env.http_proxy ?? env.HTTP_PROXY ?? '',
    httpsProxy: env.https_proxy ?? env.HTTPS_PROXY ?? '',
    noProxy: env.no_proxy ?? env.NO_PROXY ?? '',
    ...stall,
    connect,
    proxyTls: connect,
    requestTls: connect,
    clientFactory: (proxy, options) => new Pool(proxy, { ...options, ...stall }),
  })
}
