import { InputError } from '@dapr-perf/errors'
import { testerName } from '../case/apps.js'
import type { Component } from '../case/component.js'
import type { Target } from '../case/target.js'
import type { ResolvedTarget } from '../load-engine/load-engine.js'
import type { RunningApp, RunningSidecar, Session } from '../platforms/platform.js'

/** Resolves the names of a case in a session. */
export interface Names {
  apps: ReadonlyMap<string, RunningApp>
  /** The components that the sidecars were given, by their names in the case. */
  components: ReadonlyMap<string, Component>
  componentName(name: string): string
}

export const namesIn = (
  session: Pick<Session, 'componentName'>,
  apps: ReadonlyMap<string, RunningApp>,
  components: Component[],
): Names => ({
  apps,
  components: new Map(components.map((component) => [component.name, component])),
  componentName: (name) => session.componentName(name),
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
      const { typeName, metadata } = names.components.get(target.store) as Component
      if (typeName !== 'state.redis') return resolveTarget(target.otherwise, names)
      const keyPrefix = keyPrefixOf(metadata.keyPrefix, target.store, names)
      if (!keyPrefix) return resolveTarget(target.otherwise, names)
      return { kind: 'redis', address: metadata.redisHost ?? '', keyPrefix, key: target.key }
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

/**
 * What Dapr writes before a key, and `||` behind that: see keyPrefix in
 * https://docs.dapr.io/developing-applications/building-blocks/state-management/howto-share-state.
 */
function keyPrefixOf(strategy = 'appid', store: string, names: Names): string | undefined {
  if (strategy === 'appid') return appOf(testerName, names).appId
  if (strategy === 'name') return names.componentName(store)
  return strategy === 'none' ? undefined : strategy
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
