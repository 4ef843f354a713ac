import type { V1Pod } from '@kubernetes/client-node'
import { appOf, containerStatuses, deathOf, isReady, nameOf, restartsOf } from '../pods/pod-state.js'
import type { RunHandles } from '../run/run.js'

/** Looks for pods that end by themselves once they were ready. */
export class DeathWatch implements Disposable {
  /** Pods that were ready, by name. */
  readonly #alive = new Map<string, V1Pod>()
  readonly #stopListening: () => void
  #isOver = false

  /** @param onDeath called once, with what ended and its last log lines */
  constructor(
    private readonly run: Pick<RunHandles, 'pods' | 'logs'>,
    private readonly onDeath: (what: string) => void,
  ) {
    this.#stopListening = run.pods.onChange((pods) => this.#look(pods))
  }

  /** From now on, the pods that are ready have to stay so. */
  watchReady(): void {
    for (const pod of this.run.pods.items) if (isReady(pod)) this.#alive.set(nameOf(pod), pod)
  }

  /** How often containers were restarted since their pods were ready. */
  restarts(): number {
    const counts = this.run.pods.items.flatMap((pod) => {
      const before = this.#alive.get(nameOf(pod))
      return containerStatuses(pod).map(
        ({ name, restartCount }) => restartCount - (before ? restartsOf(before, name) : 0),
      )
    })
    return counts.reduce((sum, count) => sum + count, 0)
  }

  [Symbol.dispose](): void {
    this.#isOver = true
    this.#stopListening()
  }

  #look(pods: V1Pod[]): void {
    if (this.#isOver) return
    for (const [name, known] of this.#alive) {
      const pod = pods.find((candidate) => nameOf(candidate) === name)
      const death = pod ? deathOf(pod, known) : { what: `${appOf(known)}'s pod ${name} was deleted` }
      if (!death) continue
      this.#alive.clear() // the first death is the cause of those that follow
      const container = death.container ?? (appOf(known) as string)
      void this.run.logs.lastLines(name, container).then((lines) => {
        if (!this.#isOver) this.onDeath(`${death.what}.\n${lines}`)
      })
      return
    }
  }
}
