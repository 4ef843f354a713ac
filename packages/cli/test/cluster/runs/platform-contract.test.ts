import { daprImage, readKubernetesSettings } from '@dapr-perf/kubernetes/settings'
import { testapp, tester } from 'perf-sdk'
import { afterAll, beforeAll } from 'vitest'
import { loadPlatform } from '../../../../perf-sdk/src/runner/platforms.js'
import { describePlatform } from '../../../../perf-sdk/test/platform-contract.js'
import { environment, prepareCluster, restoreCluster } from '../running.js'

beforeAll(async () => {
  await prepareCluster()
  Object.assign(process.env, environment) // the platform runs in this process
}, 60_000)
afterAll(restoreCluster, 120_000)

describePlatform('Kubernetes', {
  platform: () => loadPlatform('kubernetes'),
  apps: [tester(), testapp()],
  daprd: async () => daprImage('daprd', readKubernetesSettings(environment)),
  timeout: 180_000,
})
