import { apiLoggingOf, samplesTraces } from '../description/configuration.js'
import type { DaprResource } from '../description/dapr-resource.js'
import type { Environment } from '../model/environment.js'
import { maskSecrets } from './mask-secrets.js'
import type { Deployment } from './platform.js'

/** What follows from the Configuration and the components of the sidecars, on every platform. */
export function daprEnvironment({
  components,
  configuration,
  resources = [],
}: Pick<Deployment, 'components' | 'configuration' | 'resources'>): Pick<
  Environment['dapr'],
  'apiLogging' | 'tracing' | 'configuration' | 'components' | 'resources'
> {
  const files = [...components.flatMap(({ resource }) => resource ?? []), ...resources]
  return {
    apiLogging: apiLoggingOf(configuration) ?? false,
    tracing: samplesTraces(configuration),
    configuration: maskSecrets(configuration),
    components: components.map(({ name, typeName, metadata }) => ({
      name,
      type: typeName,
      metadata: maskSecrets(metadata),
    })),
    ...(files.length > 0 && { resources: files.map(recorded) }),
  }
}

/** Of its metadata only the name: annotations may repeat all of it, with its secrets. */
const recorded = ({ name, document }: DaprResource) => maskSecrets({ ...document, metadata: { name } })
