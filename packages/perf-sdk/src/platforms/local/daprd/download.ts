import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { type Dispatcher, EnvHttpProxyAgent, interceptors, Pool, request } from 'undici'
import { DaprPerfError } from '../../../errors.js'
import type { LocateDaprdOptions } from './options.js'
import { reason } from './reason.js'

const maxRedirections = 5

type DownloadOptions = Pick<LocateDaprdOptions, 'env' | 'timeouts' | 'signal'>

/** Downloads what lies at an address into a file. */
export async function download(url: string, file: string, options: DownloadOptions): Promise<void> {
  const agent = proxyAgent(options)
  try {
    await save(url, file, agent, options.signal)
  } catch (error) {
    throw new DaprPerfError(`${url}: ${reason(error)}`, { cause: error })
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

/** An agent that goes through the proxy that the environment names, and gives up where nothing moves. */
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
