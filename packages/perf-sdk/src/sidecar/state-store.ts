import type { Check } from '../compare/checks.js'
import { InputError } from '../errors.js'
import type { Target } from '../measure/load.js'
import type { Measurement } from '../measure/measure.js'
import type { ComponentDescription } from '../platforms/descriptions.js'
import type { TestContext } from '../runner/test-context.js'
import { sidecarRequest } from './request.js'

/** The state stores that a case about state can run on. */
export const stateStoreKinds = ['in-memory', 'redis'] as const
export type StateStoreKind = (typeof stateStoreKinds)[number]

/** @throws InputError that names source, value and what is there to choose from */
export function parseStateStoreKind(text: string, source: string): StateStoreKind {
  const kind = stateStoreKinds.find((known) => known === text)
  if (!kind) throw new InputError(`${source}=${text}: expected one of ${stateStoreKinds.join(', ')}`)
  return kind
}

/** The state store of a run, as tester's sidecar uses it. */
export class StateStore {
  readonly kind: StateStoreKind
  readonly component: ComponentDescription
  readonly #keyPrefix: string
  readonly #redis: string | undefined
  readonly #saved = new Set<string>()

  /**
   * @param keyPrefix what stands before the keys in Redis, so that runs that share one don't meet
   * @param redis HOST:PORT of the Redis to use; without it the store is the sidecar's own memory
   */
  constructor(keyPrefix: string, redis?: string) {
    this.kind = redis ? 'redis' : 'in-memory'
    this.#keyPrefix = keyPrefix.toLowerCase() // as Dapr does
    this.#redis = redis
    this.component = redis
      ? {
          name: 'redisstate',
          typeName: 'state.redis',
          metadata: { redisHost: redis, redisPassword: '', keyPrefix: this.#keyPrefix },
        }
      : { name: 'inmemorystate', typeName: 'state.in-memory' }
  }

  async save(test: TestContext, key: string, value: unknown): Promise<void> {
    await sidecarRequest(test, 'tester', 'http', 'POST', this.#path(test), [{ key, value }])
    this.#saved.add(key)
  }

  /** Where to get a key from Redis without Dapr; undefined where the store is in memory. */
  direct(key: string): Target | undefined {
    if (!this.#redis) return undefined
    return {
      targetEndpoint: `redis://${this.#redis}`,
      grpc: true,
      dapr: `capability=state,target=redis,method=get,appid=${this.#keyPrefix},key=${key}`,
    }
  }

  /** Removes what was saved from a Redis, which may outlive the run. */
  async clear(test: Pick<TestContext, 'platform' | 'signal'>): Promise<void> {
    if (!this.#redis) return
    for (const key of this.#saved)
      await sidecarRequest(test, 'tester', 'http', 'DELETE', `${this.#path(test)}/${key}`)
  }

  #path({ platform }: Pick<TestContext, 'platform'>) {
    return `/v1.0/state/${platform.componentName(this.component.name)}`
  }
}

/**
 * Checks that every answer of the Dapr side over HTTP was 200 with the stored value: a key that isn't there is
 * answered with 204, which is a 2xx, too. The value is told by its length, which fortio keeps of every answer.
 */
export function checkStateAnswers({ rounds }: Measurement, value: unknown): Check {
  const length = Buffer.byteLength(JSON.stringify(value))
  const results = rounds.dapr.map(({ result }) => result)
  const codes = new Set(results.flatMap(({ RetCodes }) => Object.keys(RetCodes)))
  const bodies = results.flatMap(({ Sizes, HeaderSizes }) => [
    (Sizes?.Min ?? 0) - (HeaderSizes?.Min ?? 0),
    (Sizes?.Max ?? 0) - (HeaderSizes?.Max ?? 0),
  ])
  return {
    name: 'dapr: every answer is 200 with the stored value',
    passed: [...codes].join() === '200' && bodies.every((bytes) => bytes === length),
    detail: `answers ${[...codes].join(', ')}, of ${Math.min(...bodies)} to ${Math.max(...bodies)} B; the value has ${length} B`,
  }
}
