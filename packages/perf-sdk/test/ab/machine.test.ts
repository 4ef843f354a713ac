import { expect, it } from 'vitest'
import { machineOf, startSharedCpu } from '../../src/ab/machine.js'
import type { RunningDeployment, Session } from '../../src/platforms/platform.js'
import { blockOf } from './blocks.js'

const use = { cores: 2, seconds: 3, busySeconds: 4.5, generatorSeconds: 0.5, stealSeconds: 0 }
const { variants } = blockOf(1) // 0.5 s of CPU for each variant

it('other processes used what is left after the shared apps and the sidecars of both variants', () => {
  expect(machineOf(use, 1, variants)).toEqual({
    cores: 2,
    seconds: 3,
    busySeconds: 4.5,
    busyShare: 0.75,
    othersSeconds: 2.5,
  })
})

it('that is never below 0: times are read a moment apart', () => {
  expect(machineOf(use, 4, variants).othersSeconds).toBe(0)
})

it('it is not known where the shared apps are elsewhere', async () => {
  const stop = await startSharedCpu({ isOnThisMachine: false } as Session, {} as RunningDeployment)
  expect(await stop()).toBeUndefined()
  expect(machineOf(use, undefined, variants)).not.toHaveProperty('othersSeconds')
})

it('the CPU time of all shared apps is added up, and unknown where that of one is', async () => {
  const usage = { tester: { app: { cpuSeconds: 0.4 } }, testapp: { app: { cpuSeconds: 0.2 } } }
  const cpuOf = async (names: string[]) => {
    const apps = names.map((name) => ({ name }))
    const shared = { apps, startUsage: async () => async () => usage } as unknown as RunningDeployment
    return (await startSharedCpu({ isOnThisMachine: true } as Session, shared))()
  }
  expect(await cpuOf(['tester', 'testapp'])).toBeCloseTo(0.6)
  expect(await cpuOf(['tester', 'unreadable'])).toBeUndefined()
})
