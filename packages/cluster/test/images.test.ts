import { InputError } from '@dapr-perf/errors'
import { describe, expect, it } from 'vitest'
import { buildDaprImages } from '../src/images/dapr.js'
import { buildPerfApps } from '../src/images/perf-apps.js'

const env = { PATH: '', DAPR_TEST_REGISTRY: 'localhost:5000', DAPR_REGISTRY: 'localhost:5000' }

describe('wrong input is reported before anything is built', () => {
  it.each([
    [['nobody'], env, 'there is no perf app nobody. There are tester, '],
    [['tester'], {}, 'export DAPR_TEST_REGISTRY='],
    [
      ['tester'],
      { ...env, TARGET_ARCH: 'mips' },
      'TARGET_ARCH=mips: only amd64 and arm64 images can be built',
    ],
    [['tester'], { ...env, TARGET_OS: 'windows' }, 'TARGET_OS=windows: only linux images can be built'],
    [
      ['all'],
      { ...env, DAPR_PERF_IMAGE_BUILDER: 'make' },
      'DAPR_PERF_IMAGE_BUILDER=make: expected one of docker',
    ],
  ])('%j with %j', async (names, variables, message) => {
    const building = buildPerfApps(names, { env: variables })
    await expect(building).rejects.toThrow(message)
    await expect(building).rejects.toBeInstanceOf(InputError)
  })

  it("Dapr's, without a registry", async () => {
    await expect(buildDaprImages({ env: {} })).rejects.toThrow('export DAPR_REGISTRY=')
  })

  it("Dapr's, where DAPR_SOURCE is no checkout of dapr/dapr", async () => {
    const building = buildDaprImages({ env: { ...env, DAPR_SOURCE: '/' } })
    await expect(building).rejects.toThrow('DAPR_SOURCE=/: expected the folder of a checkout of dapr/dapr')
  })
})
