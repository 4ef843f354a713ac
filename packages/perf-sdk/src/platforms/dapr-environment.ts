import type { App } from '../description/app.js'
import { apiLoggingOf, samplesTraces } from '../description/configuration.js'
import type { DaprResource } from '../description/dapr-resource.js'
import type { Environment } from '../model/environment.js'
import { maskArguments, maskSecrets } from './mask-secrets.js'
import type { Deployment } from './platform.js'

/** What follows from the Configuration, the components and the apps of a deployment, on every platform. */
export function daprEnvironment({
  apps,
  components,
  configuration,
  resources = [],
}: Pick<Deployment, 'apps' | 'components' | 'configuration' | 'resources'>): Pick<
  Environment['dapr'],
  'apiLogging' | 'tracing' | 'configuration' | 'components' | 'resources' | 'apps'
> {
  const files = [...components.flatMap(({ resource }) => resource ?? []), ...resources]
  return {
    apiLogging: apiLoggingOf(configuration) ?? false,
    tracing: samplesTraces(configuration),
    configuration: maskSecrets(configuration),
    components: components.map(({ typeName: type, resource: _, ...component }) => ({
      ...maskSecrets(component),
      type,
    })),
    ...(files.length > 0 && { resources: files.map(recorded) }),
    apps: Object.fromEntries(apps.map((app) => [app.appName, settingsOf(app)])),
  }
}

/** Of its metadata only the name: annotations may repeat all of it, with its secrets. */
const recorded = ({ name, document }: DaprResource) => maskSecrets({ ...document, metadata: { name } })

/** All fields of an app, also those that are added later, but for what `programs` has of it. */
function settingsOf({
  appName: _,
  image: __,
  appEnv: ___,
  daprEnv: ____,
  daprArgs: _____,
  command,
  ...settings
}: App) {
  return { ...maskSecrets(settings), ...(command && { command: maskArguments(command) }) }
}
