import type { AppDescription } from './app.js'

/** The name of the app that makes the loads. */
export const testerName = 'tester'

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

/** `testapp`, the app that is called: over HTTP and without a sidecar by default. */
export const testapp = (description: Partial<AppDescription> = {}): AppDescription => ({
  appName: 'testapp',
  imageName: 'perf-service_invocation_http',
  labels: testappLabels,
  ...resources,
  ...description,
})

/** `tester`, the app that makes the loads, with a sidecar, on testapp's node. */
export const tester = (description: Partial<Omit<AppDescription, 'appName'>> = {}): AppDescription => ({
  imageName: 'perf-tester',
  appPort: 3001,
  daprEnabled: true,
  ingressEnabled: true,
  labels: { daprtest: testerName },
  podAffinityLabels: testappLabels,
  ...resources,
  ...description,
  appName: testerName,
})
