import { readKubernetesSettings } from '@dapr-perf/kubernetes/settings'
import { describe, expect, it } from 'vitest'
import { type AppDescription, appDescription } from '../../../../src/description/app.js'
import { testapp, tester } from '../../../../src/description/apps.js'
import { appResources, withOverrides } from '../../../../src/platforms/kubernetes/manifests/resources.js'

const overridden = (description: AppDescription, env: NodeJS.ProcessEnv) =>
  withOverrides(appDescription.parse(description), readKubernetesSettings(env).resources)

describe('the resources of the environment', () => {
  it('replace those of the case, sidecars and apps apart', () => {
    const env = { DAPR_SIDECAR_CPU_LIMIT: '1', DAPR_SIDECAR_MEMORY_REQUEST: '100Mi', DAPR_APP_CPU_LIMIT: '2' }
    const app = overridden(tester(), env)
    expect(app).toMatchObject({
      daprCPULimit: '1',
      daprCPURequest: '0.1',
      daprMemoryRequest: '100Mi',
      daprMemoryLimit: '512Mi',
    })
    expect(appResources(app).limits).toEqual({ cpu: '2', memory: '800Mi' })
  })

  it('are for an app that names none, too', () => {
    const own = { appName: 'mine', image: 'ghcr.io/me/app:1', daprEnabled: true }
    const app = overridden(own, { DAPR_SIDECAR_CPU_LIMIT: '500m', DAPR_APP_MEMORY_LIMIT: '100Mi' })
    expect(app.daprCPULimit).toBe('500m')
    expect(appResources(app)).toMatchObject({ requests: { memory: '100Mi' }, limits: { memory: '100Mi' } })
  })

  it('must not put a request above its limit', () => {
    expect(() => overridden(tester(), { DAPR_SIDECAR_MEMORY_LIMIT: '128Mi' })).toThrow(
      'tester: daprMemoryRequest 250Mi is above daprMemoryLimit 128Mi: ' +
        'lower DAPR_SIDECAR_MEMORY_REQUEST, or raise DAPR_SIDECAR_MEMORY_LIMIT',
    )
    expect(() => overridden(testapp(), { DAPR_APP_CPU_REQUEST: '4500m' })).toThrow('DAPR_APP_CPU_LIMIT')
  })

  it("of sidecars don't matter to an app without one", () => {
    expect(() => overridden(testapp(), { DAPR_SIDECAR_MEMORY_LIMIT: '128Mi' })).not.toThrow()
  })
})
