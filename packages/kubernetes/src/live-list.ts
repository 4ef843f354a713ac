import { setTimeout as pause } from 'node:timers/promises'
import { type KubeConfig, type KubernetesObject, ListWatch, Watch } from '@kubernetes/client-node'
import type { Cluster } from './connect.js'

const retryDelayMs = 500

export interface ListOptions {
  /** The API path of the list, such as `/api/v1/namespaces/NAME/pods`. */
  path: string
  labelSelector?: string
  fieldSelector?: string
}

/** The objects of a list, kept up to date by a watch, which is restarted after connection errors. */
export class LiveList<T extends KubernetesObject> implements Disposable {
  readonly #watch: ListWatch<T>
  readonly #listeners = new Set<() => void>()
  #stopped = false

  private constructor(cluster: Cluster, { path, labelSelector, fieldSelector }: ListOptions) {
    const query = new URLSearchParams({
      ...(labelSelector && { labelSelector }),
      ...(fieldSelector && { fieldSelector }),
    })
    // Not with the typed client, so that listed objects have the same form as watched ones.
    const list = async () => JSON.parse(await cluster.get(`${path}?${query}`))
    const watch = new StoppableWatch(cluster.config, () => this.#stopped)
    this.#watch = new ListWatch<T>(path, watch, list, false, labelSelector, fieldSelector)
    this.#watch.on('change', () => this.#notify())
  }

  /** Lists the objects and starts to watch them. @throws KubernetesError where they can't be listed */
  static async start<T extends KubernetesObject>(
    cluster: Cluster,
    options: ListOptions,
  ): Promise<LiveList<T>> {
    const live = new LiveList<T>(cluster, options)
    let firstError: unknown
    const onError = (error: unknown) => {
      firstError = error
    }
    live.#watch.on('error', onError)
    await live.#watch.start()
    if (firstError) throw firstError
    live.#watch.off('error', onError)
    live.#watch.on('error', () => void live.#restart())
    return live
  }

  get items(): T[] {
    return this.#watch.list() as T[]
  }

  /** Calls the listener now and on each change. @returns a function that unsubscribes it */
  onChange(listener: (items: T[]) => void): () => void {
    const call = () => listener(this.items)
    this.#listeners.add(call)
    call()
    return () => void this.#listeners.delete(call)
  }

  /**
   * Waits until the condition returns anything but undefined.
   *
   * @throws what the condition throws, and the signal's reason
   */
  async until<R>(condition: (items: T[]) => R | undefined, signal?: AbortSignal): Promise<R> {
    signal?.throwIfAborted()
    let unsubscribe = () => {}
    let onAbort = () => {}
    try {
      return await new Promise<R>((resolve, reject) => {
        onAbort = () => reject(signal?.reason)
        signal?.addEventListener('abort', onAbort)
        unsubscribe = this.onChange((items) => {
          try {
            const result = condition(items)
            if (result !== undefined) resolve(result)
          } catch (error) {
            reject(error)
          }
        })
      })
    } finally {
      unsubscribe()
      signal?.removeEventListener('abort', onAbort)
    }
  }

  [Symbol.dispose]() {
    this.#stopped = true
    this.#listeners.clear()
    void this.#watch.stop()
  }

  async #restart() {
    await pause(retryDelayMs)
    if (!this.#stopped) await this.#watch.start()
  }

  #notify() {
    for (const listener of [...this.#listeners]) listener()
  }
}

/**
 * A watch that also stops when its list was stopped while it was starting; ListWatch alone would leave it running. If it
 * can't authenticate it ends with that error, like after any other one; Watch alone would reject, which nobody handles.
 */
class StoppableWatch extends Watch {
  constructor(
    config: KubeConfig,
    private readonly isStopped: () => boolean,
  ) {
    super(config)
  }

  override async watch(...args: Parameters<Watch['watch']>): Promise<AbortController> {
    try {
      const controller = await super.watch(...args)
      if (this.isStopped()) controller.abort()
      return controller
    } catch (error) {
      const [, , , onEnd] = args
      onEnd(error)
      return new AbortController()
    }
  }
}
