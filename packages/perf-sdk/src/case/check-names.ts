import type { App } from './app.js'
import { testerName } from './apps.js'
import type { Component } from './component.js'
import type { Target } from './target.js'

interface Named {
  initApps: App[]
  apps: App[]
  components: Component[]
  targets?: Record<string, Target> | undefined
}

/** The names that a case uses but does not define, one line each. */
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

  const problemsOf = (target: Target): string[] => {
    switch (target.kind) {
      case 'app':
        return unknownApp(target.app)
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
