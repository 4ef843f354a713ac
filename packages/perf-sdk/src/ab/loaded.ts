import { DaprPerfError } from '@dapr-perf/errors'
import { sidecarRequest } from '../case/sidecar-request.js'
import type { TestContext } from '../case/test-context.js'
import type { Component } from '../description/component.js'
import type { ReportEvent } from '../model/event.js'
import type { RunningApp } from '../platforms/platform.js'
import type { Running } from './running.js'

/**
 * Checks that a variant's sidecars have loaded the components that were given as files: one that fails with ignoreErrors, or
 * waits for a secret store, is not there, and daprd starts without it. It reports where that can't be known.
 *
 * @throws DaprPerfError that names the component, with the last lines of the sidecar's log
 */
export async function checkLoaded({ name, test, components }: Running, report: ReportEvent): Promise<void> {
  for (const app of test.apps.values()) {
    const expected = components.filter(({ resource, scopes }) => resource && scopes.includes(app.name))
    if (!app.sidecar || expected.length === 0) continue
    const loaded = await loadedBy(app, test)
    const unknown = `variant ${name}: whether ${app.name}'s sidecar has loaded ${namesOf(expected)} is not known: it answers no request for its metadata`
    if (!loaded) report({ kind: 'note', what: unknown })
    const missing = expected.filter(
      (component) => loaded?.includes(test.componentName(component.name)) === false,
    )
    if (missing.length > 0)
      throw new DaprPerfError(
        `${app.name}'s sidecar has not loaded ${namesOf(missing)}: its log says why\n${await app.lastLines()}`,
      )
  }
}

const namesOf = (components: Component[]) =>
  components.map(({ name, typeName }) => `the component ${name} (${typeName})`).join(' and ')

/** Names of components; undefined if the Configuration does not allow to ask for them. */
async function loadedBy({ name }: RunningApp, test: TestContext): Promise<string[] | undefined> {
  try {
    const answer = await sidecarRequest(test, name, 'http', 'GET', '/v1.0/metadata')
    const { components = [] } = JSON.parse(answer) as { components?: { name: string }[] }
    return components.map((component) => component.name)
  } catch (error) {
    test.signal.throwIfAborted()
    if (error instanceof DaprPerfError) return undefined
    throw error
  }
}
