import type { App } from './app.js'
import { testerName } from './apps.js'
import type { Component } from './component.js'
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
  const unknownComponent = (name: string) =>
    components.some((component) => component.name === name)
      ? []
      : [`there is no component ${name} in this case`]
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
        return [...unknownComponent(target.store), ...noSidecar(testerName)]
      case 'store':
        return [...unknownComponent(target.store), ...problemsOf(target.otherwise)]
      case 'publish':
        return [...unknownComponent(target.pubsub), ...noSidecar(testerName)]
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
  return [...noTester, ...ofTargets, ...ofEnvironments]
}
