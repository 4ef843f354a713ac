import { expect, it } from 'vitest'
import { addUp } from '../../src/platforms/kubernetes/container-usage.js'

it('what the replicas of a container used is added up', () => {
  const first = { cpuSeconds: 1, peakMemoryBytes: 100 }
  const second = { cpuSeconds: 0.5, peakMemoryBytes: 50 }
  expect(addUp([first, second])).toEqual({ cpuSeconds: 1.5, peakMemoryBytes: 150 })
  expect(addUp([])).toBeUndefined()
})
