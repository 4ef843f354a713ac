import { apiLoggingOf, samplesTraces } from '../case/configuration.js'
import type { Deployment, Environment } from './platform.js'

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
    configuration,
    components: components.map(({ name, typeName }) => ({ name, type: typeName })),
  }
}
