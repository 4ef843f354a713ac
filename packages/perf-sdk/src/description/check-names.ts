import type { App } from './app.js'
import { testerName } from './apps.js'
import type { Component } from './component.js'
import { outOfScope } from './scopes.js'
import type { Protocol, Target } from './target.js'

/** The protocols of apps that a load can call directly, without TLS. */
const loadedOver: Record<Protocol, string[]> = { http: ['http', 'h2c'], grpc: ['grpc'] }

interface Named {
  initApps: App[]
  apps: App[]
  components: Component[]
  targets?: Record<string, Target> | undefined
}

/** The names that a case uses but does not define, and targets that their app can't answer, one line each. */
export function checkNames({ initApps, apps, components, targets }: Named): string[] {
  const all = [...initApps, ...apps]
  const app = (name: string) => all.find(({ appName }) => appName === name)
  const unknownApp = (name: string) => (app(name) ? [] : [`there is no app ${name} in this case`])
  const component = (name: string) => components.find((one) => one.name === name)
  const unknownComponent = (name: string) =>
    component(name) ? [] : [`there is no component ${name} in this case`]
  const unknownToTester = (name: string) => {
    const { scopes = [] } = component(name) ?? {}
    return scopes.length === 0 || scopes.includes(testerName)
      ? unknownComponent(name)
      : [`the scopes of ${name} (${scopes.join(', ')}) leave out ${testerName}, whose sidecar is called`]
  }
  const noSidecar = (name: string) =>
    app(name)?.daprEnabled === false ? [`${name} has no sidecar: set daprEnabled`] : []

  const notSpoken = (name: string, protocol: Protocol) => {
    const spoken = app(name)?.appProtocol
    return !spoken || loadedOver[protocol].includes(spoken)
      ? []
      : [`${name} speaks ${spoken}: target.app needs ${loadedOver[protocol].join(' or ')} for ${protocol}`]
  }

  const problemsOf = (target: Target): string[] => {
    switch (target.kind) {
      case 'app':
        return [...unknownApp(target.app), ...notSpoken(target.app, target.protocol)]
      case 'invoke':
        return [...unknownApp(target.app), ...noSidecar(target.app), ...noSidecar(testerName)]
      case 'state':
        return [...unknownToTester(target.store), ...noSidecar(testerName)]
      case 'store':
        return [...unknownComponent(target.store), ...problemsOf(target.otherwise)]
      case 'publish':
        return [...unknownToTester(target.pubsub), ...noSidecar(testerName)]
      case 'noop':
        return []
    }
  }

  const ofTargets = Object.entries(targets ?? {}).flatMap(([variant, target]) =>
    problemsOf(target).map((problem) => `targets.${variant}: ${problem}`),
  )
  const noTester = targets && !app(testerName) ? [`apps: loads need the app ${testerName}: add tester()`] : []
  const ofEnvironments = all.flatMap(({ appName, appEnv }) =>
    Object.entries(appEnv).flatMap(([name, value]) => {
      if (typeof value === 'string') return []
      const problems = 'component' in value ? unknownComponent(value.component) : unknownApp(value.appId)
      return problems.map((problem) => `${appName}.appEnv.${name}: ${problem}`)
    }),
  )
  const sidecars = all.filter(({ daprEnabled }) => daprEnabled).map(({ appName }) => appName)
  const ofScopes = components.flatMap(({ name, scopes }) => {
    const problem = outOfScope(scopes, sidecars)
    return problem ? [`components: ${name}: ${problem}`] : []
  })
  return [...noTester, ...ofTargets, ...ofEnvironments, ...ofScopes]
}
