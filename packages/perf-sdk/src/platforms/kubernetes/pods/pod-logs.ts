import { createWriteStream, existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { type Cluster, isNotFound, type LiveList } from '@dapr-perf/kubernetes'
import type { V1Pod } from '@kubernetes/client-node'
import { tailOf } from '../../../process/tail.js'
import { containerStatuses, nameOf } from './pod-state.js'

const againAfterMs = 500
const lastLines = 10

/** Writes the logs of a run's containers to files, `POD.CONTAINER.log`, while they run. */
export class PodLogs {
  readonly #followed = new Map<string, Promise<void>>()
  readonly #end = new AbortController()
  #stopListening = () => {}

  constructor(
    private readonly cluster: Cluster,
    private readonly namespace: string,
    private readonly folder: string,
  ) {}

  /** Follows the log of each container from its start. */
  follow(pods: LiveList<V1Pod>): void {
    this.#stopListening = pods.onChange((items) => {
      for (const pod of items) {
        for (const { name, state, containerID } of containerStatuses(pod)) {
          if (!containerID || !(state?.running || state?.terminated) || this.#followed.has(containerID))
            continue
          this.#followed.set(containerID, this.#write(nameOf(pod), name))
        }
      }
    })
  }

  fileOf = (pod: string, container: string) => join(this.folder, `${pod}.${container}.log`)

  /** The last lines of a container, with a heading, for an error message. */
  async lastLines(pod: string, container: string): Promise<string> {
    const file = this.fileOf(pod, container)
    const isWritten = existsSync(file) && statSync(file).size > 0
    const lines = isWritten ? tailOf(file, lastLines) : await this.#fetchLast(pod, container)
    return `Last lines of ${file}:\n${lines || '  (nothing logged)'}`
  }

  /** Waits for the logs of ended containers; those that still run are cut off after a moment. */
  async stop(): Promise<void> {
    this.#stopListening()
    const all = Promise.all(this.#followed.values())
    await Promise.race([all, pause(againAfterMs, undefined, { ref: false })])
    this.#end.abort()
    await all
  }

  async #write(pod: string, container: string): Promise<void> {
    const file = createWriteStream(this.fileOf(pod, container), { flags: 'a' })
    file.on('error', () => this.#end.abort()) // a full disk is reported when the results are written
    let last = ''
    let isOver = false
    while (!isOver && !this.#end.signal.aborted) {
      try {
        // Each line has a timestamp, to continue from there if the connection breaks.
        const from = last && `&sinceTime=${encodeURIComponent(last)}`
        const path = `${this.#path(pod, container)}&follow=true&timestamps=true${from}`
        for await (const line of linesOf(await this.cluster.stream(path, this.#end.signal))) {
          const space = line.indexOf(' ')
          const time = line.slice(0, space)
          if (time <= last) continue // sinceTime is in whole seconds, so some lines come again
          last = time
          file.write(`${line.slice(space + 1)}\n`)
        }
        isOver = true
      } catch (error) {
        // The pod is gone, or the API server is unavailable for a moment.
        isOver = isNotFound(error)
        if (!isOver && !this.#end.signal.aborted) await pause(againAfterMs)
      }
    }
    await new Promise<void>((resolve) => file.end(resolve))
  }

  async #fetchLast(pod: string, container: string): Promise<string> {
    const path = `${this.#path(pod, container)}&tailLines=${lastLines}`
    const text = (await this.#get(`${path}&previous=true`)) || (await this.#get(path))
    return text
      .trimEnd()
      .split('\n')
      .filter(Boolean)
      .map((line) => `  ${line}`)
      .join('\n')
  }

  async #get(path: string): Promise<string> {
    return this.cluster.get(path).catch(() => '')
  }

  #path(pod: string, container: string): string {
    return `/api/v1/namespaces/${this.namespace}/pods/${pod}/log?container=${container}`
  }
}

async function* linesOf(body: Readable): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of body.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() as string
    yield* lines
  }
  if (rest) yield rest
}
