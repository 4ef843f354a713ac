import { InputError } from '@dapr-perf/errors'
import { testerName } from '../description/apps.js'
import { type Component, fieldOf } from '../description/component.js'
import type { Target } from '../description/target.js'
import { tokenHeaders } from '../http/token-headers.js'
import type { ResolvedTarget } from '../model/target.js'
import type { RunningApp, RunningDeployment, RunningSidecar } from '../platforms/platform.js'

/** Resolves the names of a case in a session. */
export interface Names {
  apps: ReadonlyMap<string, RunningApp>
  /** The components that the sidecars were given, by their names in the case. */
  components: ReadonlyMap<string, Component>
  componentName(name: string): string
}

export const namesIn = (
  deployment: Pick<RunningDeployment, 'componentName'>,
  apps: ReadonlyMap<string, RunningApp>,
  components: Component[],
): Names => ({
  apps,
  components: new Map(components.map((component) => [component.name, component])),
  componentName: (name) => deployment.componentName(name),
})

/**
 * Resolves a target to the addresses and names that tester has to use.
 *
 * @throws InputError if it names an app, a sidecar or a component that the case doesn't have
 */
export function resolveTarget(target: Target, names: Names): ResolvedTarget {
  switch (target.kind) {
    case 'app': {
      const { app, method, protocol } = target
      return { kind: 'app', url: appOf(app, names).url, method, protocol }
    }
    case 'invoke': {
      const { app, method, protocol } = target
      const { appId, sidecar } = appOf(app, names)
      if (!sidecar) throw new InputError(`target.invoke: ${app} has no sidecar: set daprEnabled`)
      return { kind: 'invoke', sidecar: ownSidecar(names)[protocol], appId, method, protocol }
    }
    case 'state': {
      const { key, protocol } = target
      return {
        kind: 'state',
        sidecar: ownSidecar(names)[protocol],
        store: component(target.store, names),
        key,
        protocol,
      }
    }
    case 'store': {
      component(target.store, names)
      const store = names.components.get(target.store) as Component
      if (store.typeName !== 'state.redis') return resolveTarget(target.otherwise, names)
      checkReadable(store)
      const keyPrefix = keyPrefixOf(fieldOf(store, 'keyPrefix')?.toLowerCase(), target.store, names)
      if (!keyPrefix) return resolveTarget(target.otherwise, names)
      return { kind: 'redis', address: fieldOf(store, 'redisHost') ?? '', keyPrefix, key: target.key }
    }
    case 'publish': {
      const { topic, events, bulk, contentType, protocol } = target
      const pubsub = component(target.pubsub, names)
      const sidecar = ownSidecar(names)[protocol]
      return { kind: 'publish', sidecar, pubsub, topic, events, bulk, contentType, protocol }
    }
    case 'noop':
      return { kind: 'noop' }
  }
}

/** The headers that the requests to a target need, which may be secret. */
export const headersFor = (target: ResolvedTarget, names: Names): Record<string, string> =>
  'sidecar' in target ? tokenHeaders(ownSidecar(names).apiToken) : {}

/**
 * What Dapr writes before a key, and `||` behind that; undefined if it is nothing, or not known here: see keyPrefix in
 * https://docs.dapr.io/developing-applications/building-blocks/state-management/howto-share-state.
 */
function keyPrefixOf(strategy = 'appid', store: string, names: Names): string | undefined {
  if (strategy === 'appid') return appOf(testerName, names).appId
  if (strategy === 'name') return names.componentName(store)
  return strategy === 'none' || strategy === 'namespace' ? undefined : strategy
}

/** Fields of Redis' metadata, and their values with which the load generator reads the same as Dapr. */
const readable: Record<string, RegExp> = {
  redisDB: /^0?$/,
  redisUsername: /^$/,
  redisPassword: /^$/,
  redisType: /^(node)?$/i,
  enableTLS: /^(false)?$/i,
  failover: /^(false)?$/i,
}

/** @throws InputError if the load generator can't read a store's keys without Dapr */
function checkReadable(store: Component): void {
  const fields = Object.keys(readable).filter((name) => !readable[name]?.test(fieldOf(store, name) ?? ''))
  if (fields.length > 0)
    throw new InputError(
      `target.store: without Dapr ${store.name} can't be read, because of its ${fields.join(', ')}: choose another baseline`,
    )
}

function appOf(name: string, { apps }: Names): RunningApp {
  const app = apps.get(name)
  if (app) return app
  throw new InputError(`a target names the app ${name}, but the case has ${[...apps.keys()].join(', ')}`)
}

/** The sidecar of tester, which makes the loads. */
function ownSidecar(names: Names): RunningSidecar {
  const { sidecar } = appOf(testerName, names)
  if (!sidecar) throw new InputError(`${testerName} has no sidecar to call: set daprEnabled`)
  return sidecar
}

function component(name: string, { components, componentName }: Names): string {
  if (components.has(name)) return componentName(name)
  const known = [...components.keys()].join(', ') || 'none'
  throw new InputError(`a target names the component ${name}, but the case has ${known}`)
}
