import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { DaprPerfError } from '@dapr-perf/errors'
import { createAgent } from '@dapr-perf/proxy'
import { type Dispatcher, interceptors, request } from 'undici'
import { messageOf } from '../message-of.js'
import type { LocateDaprdOptions } from '../options.js'

const maxRedirections = 5

type DownloadOptions = Pick<LocateDaprdOptions, 'env' | 'timeouts' | 'signal'>

/** Downloads a URL to a file, through the proxy of the environment. @throws DaprPerfError that names the URL */
export async function download(url: string, file: string, options: DownloadOptions): Promise<void> {
  const agent = createAgent(options.timeouts, options.env)
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
