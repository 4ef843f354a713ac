/** A flag of daprd that a case or a side of a comparison may set. */
interface Flag {
  value: keyof typeof values
  /** The annotation that means the same, without `dapr.io/`; null if there is none. By default it is the flag's name. */
  annotation?: string | null
}

/** What a value has to be. With anything else Dapr's injector would leave a flag out, and say so in its own log alone. */
const values = {
  text: { expected: 'a value', pattern: /\S/ },
  boolean: { expected: 'true or false', pattern: /^(true|false)$/ },
  integer: { expected: 'a whole number', pattern: /^(0|-?[1-9]\d*)$/ },
  quantity: { expected: "a quantity such as '64Ki'", pattern: /^\d+([kMGT]|[KMGT]i)?$/ },
  duration: { expected: "a duration such as '1m30s'", pattern: /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/ },
}

/** See cmd/daprd/options and pkg/injector/annotations in dapr/dapr. */
const settable: Record<string, Flag> = {
  'actors-disseminate-timeout': { value: 'duration' },
  'allowed-origins': { value: 'text', annotation: null },
  'app-health-check-path': { value: 'text' },
  'app-health-probe-interval': { value: 'integer' },
  'app-health-probe-timeout': { value: 'integer' },
  'app-health-threshold': { value: 'integer' },
  'app-max-concurrency': { value: 'integer' },
  'dapr-block-shutdown-duration': { value: 'duration', annotation: 'block-shutdown-duration' },
  'dapr-graceful-shutdown-seconds': { value: 'integer', annotation: 'graceful-shutdown-seconds' },
  'dapr-http-read-buffer-size': { value: 'integer', annotation: 'http-read-buffer-size' },
  'disable-builtin-k8s-secret-store': { value: 'boolean' },
  'disable-init-endpoints': { value: 'text' },
  'enable-app-health-check': { value: 'boolean' },
  'hot-reload-reconcile-interval': { value: 'duration', annotation: null },
  'log-level': { value: 'text' },
  'placement-host-address': { value: 'text' },
  'read-buffer-size': { value: 'quantity' },
  'scheduler-host-address': { value: 'text' },
  'scheduler-job-streams': { value: 'integer', annotation: null },
  'sentry-request-jwt-audiences': { value: 'text' },
}

const ofApp = (field: string) => `the app's ${field} sets it`
const address = 'each sidecar listens where the load generator reaches it, on ports of its own'
const resources = 'sidecars load the components of the case (--a-component, --b-component)'
const controlPlane = 'the platform sets it: sidecars belong to the control plane of the cluster, or to none'
const noSidecar = 'daprd ends at once with it'

/** What daprd has, but can't be set, and why. */
const setElsewhere: Record<string, string> = {
  'actors-service': 'Dapr ignores it: set placement-host-address',
  'app-channel-address': 'each app is beside its sidecar',
  'app-id': ofApp('appName'),
  'app-port': ofApp('appPort'),
  'app-protocol': ofApp('appProtocol'),
  'app-ssl': ofApp('appProtocol'),
  'build-info': noSidecar,
  'components-path': resources,
  config: 'sidecars have the configuration of the case (--a-config, --b-config)',
  'control-plane-address': controlPlane,
  'control-plane-namespace': controlPlane,
  'control-plane-trust-domain': controlPlane,
  'dapr-grpc-port': address,
  'dapr-http-max-request-size': ofApp('maxRequestSizeMB'),
  'dapr-http-port': address,
  'dapr-internal-grpc-listen-address': address,
  'dapr-internal-grpc-port': address,
  'dapr-listen-addresses': address,
  'dapr-public-listen-address': address,
  'dapr-public-port': address,
  'enable-api-logging': 'logging.apiLogging.enabled of the Configuration sets it (--a-config, --b-config)',
  'enable-metrics': ofApp('metricsEnabled'),
  'enable-mtls': controlPlane,
  'enable-profiling': 'the profilers of all sidecars of a machine would listen on one port',
  'log-as-json': 'the platform sets it: on Kubernetes the version of daprd is read from its log',
  'log-file': 'the log goes to the results',
  'max-body-size': ofApp('maxRequestSizeMB'),
  'metrics-listen-address': address,
  'metrics-port': address,
  mode: 'the platform sets it',
  'profile-port': address,
  'reminders-service': 'Dapr ignores it',
  'resources-path': resources,
  'sentry-address': controlPlane,
  'unix-domain-socket': 'the load generator calls sidecars over TCP, where daprd does not listen then',
  version: noSidecar,
  wait: noSidecar,
}

/** Why a flag of daprd can't have this value, on any platform; undefined if it may. A flag that is not known may have any. */
export function flagProblem(name: string, value: string): string | undefined {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) return 'expected the name of a flag of daprd, without -- before it'
  const reason = setElsewhere[name]
  if (reason) return `can't be set: ${reason}`
  const { expected, pattern } = values[settable[name]?.value ?? 'text']
  return pattern.test(value) ? undefined : `expected ${expected}`
}

/** The annotation that means the same as a flag of daprd, without `dapr.io/`; undefined if none is known. */
export function annotationOfFlag(name: string): string | undefined {
  const flag = settable[name]
  return flag && (flag.annotation === undefined ? name : (flag.annotation ?? undefined))
}

/** The flags of a sidecar that it would have no use for, with the reasons. */
export function flagsWithoutEffect(
  flags: Record<string, string>,
  platform: 'local' | 'kubernetes',
): { name: string; reason: string }[] {
  return Object.keys(flags).flatMap((name) => {
    if (platform === 'kubernetes' && annotationOfFlag(name) === undefined)
      return [{ name, reason: 'no annotation of Dapr is known for it, so that it can only be set locally' }]
    if (name.startsWith('app-health-') && flags['enable-app-health-check'] !== 'true')
      return [{ name, reason: 'it has no effect without enable-app-health-check=true' }]
    return []
  })
}
