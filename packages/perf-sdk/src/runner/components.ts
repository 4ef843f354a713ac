import { InputError } from '@dapr-perf/errors'
import type { Case } from '../case/test-runner.js'
import type { Component } from '../description/component.js'
import type { Resource } from '../platforms/resource.js'
import { redis } from './redis.js'

/** The state stores to use for components of type `state`. */
export const stateStoreKinds = ['in-memory', 'redis'] as const
export type StateStoreKind = (typeof stateStoreKinds)[number]

/** @throws InputError that names source, value and the choices */
export function parseStateStoreKind(text: string, source: string): StateStoreKind {
  const kind = stateStoreKinds.find((known) => known === text)
  if (!kind) throw new InputError(`${source}=${text}: expected one of ${stateStoreKinds.join(', ')}`)
  return kind
}

export interface ComponentChoice {
  stateStore: StateStoreKind
  /** The prefix of keys in a store that others may use, too. */
  keyPrefix: string
  /** Provides a resource that components need. It is called once for each resource, however many components need it. */
  use<T>(resource: Resource<T>): Promise<T>
}

/** Whether the run chooses the type of a component. */
export const isStateStore = ({ typeName }: Component) => typeName === 'state'

/** The components of a case, with the run's choice of state store. All of them share what is provided for them. */
export async function chooseComponents(
  components: Component[],
  choice: ComponentChoice,
): Promise<Component[]> {
  const sharing = { ...choice, use: onceEach(choice.use) }
  const chosen: Component[] = []
  for (const component of components)
    chosen.push(isStateStore(component) ? await stateStore(component, sharing) : component)
  return chosen
}

function onceEach(use: ComponentChoice['use']): ComponentChoice['use'] {
  const used = new Map<Resource<unknown>, Promise<unknown>>()
  return <T>(resource: Resource<T>) => {
    const provided = (used.get(resource) as Promise<T> | undefined) ?? use(resource)
    used.set(resource, provided)
    return provided
  }
}

/** Scopes what has no scopes to the apps of the case, since others may share the namespace. */
export function scopeToCase<T extends { scopes: string[] }>(
  resources: T[],
  { initApps, apps }: Pick<Case, 'initApps' | 'apps'>,
): T[] {
  const withSidecar = [...initApps, ...apps].filter(({ daprEnabled }) => daprEnabled)
  const everyApp = withSidecar.map(({ appName }) => appName)
  return resources.map((resource) => ({
    ...resource,
    scopes: resource.scopes.length > 0 ? resource.scopes : everyApp,
  }))
}

async function stateStore(component: Component, { stateStore: kind, keyPrefix, use }: ComponentChoice) {
  if (kind === 'in-memory') return { ...component, typeName: 'state.in-memory' }
  const metadata = {
    redisHost: await use(redis),
    redisPassword: '',
    keyPrefix: keyPrefix.toLowerCase(), // as Dapr does
    ...component.metadata,
  }
  return { ...component, typeName: 'state.redis', metadata }
}
