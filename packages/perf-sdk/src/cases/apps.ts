import type { AppDescription } from '../platforms/descriptions.js'

const resources = {
  daprCPULimit: '4.0',
  daprCPURequest: '0.1',
  daprMemoryLimit: '512Mi',
  daprMemoryRequest: '250Mi',
  appCPULimit: '4.0',
  appCPURequest: '0.1',
  appMemoryLimit: '800Mi',
  appMemoryRequest: '250Mi',
} satisfies Partial<AppDescription>

const testappLabels = { daprtest: 'testapp' }

/** `testapp`, the app that is called: over HTTP and without a sidecar, unless told otherwise. */
export const testapp = (description: Partial<AppDescription> = {}): AppDescription => ({
  appName: 'testapp',
  imageName: 'perf-service_invocation_http',
  labels: testappLabels,
  ...resources,
  ...description,
})

/** `tester`, the app that makes the load, with a sidecar, on testapp's node. */
export const tester = (description: Partial<AppDescription> = {}): AppDescription => ({
  appName: 'tester',
  imageName: 'perf-tester',
  appPort: 3001,
  daprEnabled: true,
  ingressEnabled: true,
  labels: { daprtest: 'tester' },
  podAffinityLabels: testappLabels,
  ...resources,
  ...description,
})
