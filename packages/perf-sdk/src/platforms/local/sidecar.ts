import type { App } from '../../description/app.js'
import { apiLoggingOf, type Configuration } from '../../description/configuration.js'
import { cleanEnvironment } from '../../process/environment.js'
import type { SidecarFiles } from './sidecar-files.js'

export interface SidecarPorts {
  http: number
  grpc: number
  internalGrpc: number
  metrics: number
}

const loopback = '127.0.0.1'

/** daprd's arguments for an app; all its listeners are on loopback. */
export function sidecarArguments(
  app: App,
  appPort: number,
  ports: SidecarPorts,
  files: SidecarFiles,
  configuration: Configuration,
): string[] {
  return [
    `--app-id=${app.appName}`,
    `--app-port=${appPort}`,
    `--app-protocol=${app.appProtocol}`,
    `--dapr-http-port=${ports.http}`,
    `--dapr-grpc-port=${ports.grpc}`,
    `--dapr-internal-grpc-port=${ports.internalGrpc}`,
    `--metrics-port=${ports.metrics}`,
    `--dapr-listen-addresses=${loopback}`,
    `--dapr-internal-grpc-listen-address=${loopback}`,
    `--metrics-listen-address=${loopback}`,
    `--enable-metrics=${app.metricsEnabled}`,
    // The argument would win over the Configuration.
    ...(apiLoggingOf(configuration) === undefined ? ['--enable-api-logging=false'] : []),
    `--log-level=${app.debugLoggingEnabled ? 'debug' : 'info'}`,
    `--config=${listOf(files.configuration)}`,
    `--resources-path=${listOf(files.components)}`,
    ...(app.maxRequestSizeMB ? [`--max-body-size=${app.maxRequestSizeMB}Mi`] : []),
    // Of --log-level, the last one counts.
    ...Object.entries(app.daprArgs).map(([name, value]) => `--${name}=${value}`),
  ]
}

/** The only entry of a list, which daprd reads as CSV. */
const listOf = (path: string) => (/[",]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path)

/** daprd's environment for an app: clean, with the variables that the case gives it. */
export function sidecarEnvironment({ daprEnv }: Pick<App, 'daprEnv'>, runId: string): Record<string, string> {
  return { ...cleanEnvironment(runId), ...daprEnv, DAPR_HOST_IP: loopback }
}
