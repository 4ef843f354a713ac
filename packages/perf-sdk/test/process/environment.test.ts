import { expect, it } from 'vitest'
import { appDescription } from '../../src/description/app.js'
import { sidecarEnvironment } from '../../src/platforms/local/sidecar.js'
import { cleanEnvironment } from '../../src/process/environment.js'

const userShell = {
  PATH: '/usr/bin',
  HOME: '/home/me',
  TMPDIR: '/fast',
  LC_ALL: 'de_DE.UTF-8',
  XDG_STATE_HOME: '/state',
}

it('a process of a run gets where things are, the language, and the mark of the run', () => {
  expect(cleanEnvironment('a-run', userShell)).toEqual({ ...userShell, DAPR_PERF_RUN_ID: 'a-run' })
})

it.each([
  'GOGC',
  'GOMAXPROCS',
  'GOMEMLIMIT',
  'GODEBUG',
  'GOTRACEBACK',
  'GOCOVERDIR',
  'NODE_OPTIONS',
  'NODE_ENV',
  'NODE_EXTRA_CA_CERTS',
  'UV_THREADPOOL_SIZE',
  'VSCODE_INSPECTOR_OPTIONS',
  'DAPR_API_TOKEN',
  'APP_API_TOKEN',
  'DAPR_GRPC_PORT',
  'HTTP_PROXY',
  'no_proxy',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'LD_PRELOAD',
  'GRPC_GO_LOG_SEVERITY_LEVEL',
  'XDG_SESSION_ID',
  'PATHEXT',
])('%s of the user does not reach it', (name) => {
  expect(cleanEnvironment('a-run', { ...userShell, [name]: '1' })).not.toHaveProperty(name)
})

it('a sidecar gets the variables that the case gives it, and stays on loopback', () => {
  const daprEnv = { GOGC: '50', DAPR_HOST_IP: '10.0.0.1' }
  const app = appDescription.parse({ appName: 'a', imageName: 'perf-tester', daprEnabled: true, daprEnv })
  expect(sidecarEnvironment(app, 'a-run')).toMatchObject({ GOGC: '50', DAPR_HOST_IP: '127.0.0.1' })
})
