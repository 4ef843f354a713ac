import { apiLoggingOf, samplesTraces } from '../description/configuration.js'
import type { Environment } from '../model/environment.js'
import { maskSecrets } from './mask-secrets.js'
import type { Deployment } from './platform.js'

/** What follows from the Configuration and the components of the sidecars, on every platform. */
export function daprEnvironment({
  components,
  configuration,
}: Pick<Deployment, 'components' | 'configuration'>): Pick<
  Environment['dapr'],
  'apiLogging' | 'tracing' | 'configuration' | 'components'
> {
  return {
    apiLogging: apiLoggingOf(configuration) ?? false,
    tracing: samplesTraces(configuration),
    configuration: maskSecrets(configuration),
    components: components.map(({ name, typeName, metadata }) => ({
      name,
      type: typeName,
      metadata: maskSecrets(metadata),
    })),
  }
}
