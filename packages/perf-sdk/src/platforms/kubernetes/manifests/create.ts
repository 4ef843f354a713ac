import { DaprPerfError } from '@dapr-perf/errors'
import { isNotFound } from '@dapr-perf/kubernetes'
import type { App } from '../../../description/app.js'
import type { Configuration } from '../../../description/configuration.js'
import { appsOf, type Deployment } from '../../platform.js'
import type { RunHandles } from '../run/run.js'
import { type daprPlurals, daprResource } from './dapr-resource.js'
import {
  componentOf,
  configurationOf,
  type DaprObject,
  deploymentOf,
  resourceOf,
  serviceOf,
} from './manifests.js'
import { withNamesOfRun } from './references.js'

/** Creates the Configuration and the resources of sidecars. @throws DaprPerfError if the cluster has no Dapr */
export async function createDaprObjects(
  deployment: Pick<Deployment, 'initApps' | 'apps' | 'components' | 'resources' | 'configuration'>,
  run: RunHandles,
): Promise<void> {
  const { components, resources = [], configuration } = deployment
  const { cluster, settings } = run
  const namespace = settings.testNamespace
  const names = {
    components: components.map(({ name }) => name),
    apps: appsOf(deployment).map(({ appName }) => appName),
    of: (name: string) => run.names.of(name),
  }
  const create = (kind: keyof typeof daprPlurals, object: DaprObject) =>
    cluster.custom.createNamespacedCustomObject({
      ...daprResource(kind, object.apiVersion),
      namespace,
      body: withNamesOfRun(object, names),
    })
  try {
    await create('Configuration', configurationOf(configuration, run))
  } catch (error) {
    if (!isNotFound(error)) throw error
    throw new DaprPerfError(
      `Dapr is not installed in the cluster of context ${cluster.context}: install it with npx turbo docker-deploy-k8s`,
      { cause: error },
    )
  }
  await allCreated([
    ...components.map((component) => create('Component', componentOf(component, run))),
    ...resources.map((resource) => create(resource.kind, resourceOf(resource, run))),
  ])
}

/**
 * Creates a Deployment and a Service for each app.
 *
 * @param all the apps that they may share a node with
 */
export async function createApps(
  apps: App[],
  all: App[],
  configuration: Configuration,
  run: RunHandles,
): Promise<void> {
  const { cluster, settings } = run
  const namespace = settings.testNamespace
  await allCreated(
    apps.flatMap((app) => [
      cluster.apps.createNamespacedDeployment({
        namespace,
        body: deploymentOf(app, run, all, configuration),
      }),
      cluster.core.createNamespacedService({ namespace, body: serviceOf(app, run) }),
    ]),
  )
}

/** Waits for all of them even if one fails: what is created after the end of the session would be left over. */
async function allCreated(requests: Promise<unknown>[]): Promise<void> {
  const attempts = await Promise.allSettled(requests)
  for (const attempt of attempts) if (attempt.status === 'rejected') throw attempt.reason
}
