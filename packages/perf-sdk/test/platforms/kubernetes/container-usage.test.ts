import { describe, expect, it } from 'vitest'
import {
  addUp,
  hasEnoughSamples,
  type Sample,
  usageOf,
} from '../../../src/platforms/kubernetes/container-usage.js'

/** What the kubelet had counted at a second. */
const counted = (second: number, cpuSeconds: number, memoryBytes = 100): Sample => ({
  timeMs: second * 1000,
  cpuSeconds,
  memoryBytes,
})
/** What metrics-server knows of a second. */
const averaged = (second: number, cores: number, memoryBytes = 100): Sample => ({
  timeMs: second * 1000,
  cores,
  memoryBytes,
})

describe('the CPU time of a container', () => {
  it('in a long load is the rate between the first and the last sample within it, times its length', () => {
    // Idle until second 5; the load is from 5 to 65 at half a core.
    const samples = [counted(0, 10), counted(10, 12.5), counted(40, 27.5), counted(60, 37.5)]
    expect(usageOf(samples, 60).cpuSeconds).toBeCloseTo(30)
  })

  it('in a short load is all that was counted between the samples around it', () => {
    const samples = [counted(0, 10), counted(10, 12)]
    expect(usageOf(samples, 2).cpuSeconds).toBeCloseTo(2)
    expect(usageOf([counted(0, 10), counted(8, 11), counted(10, 12)], 8).cpuSeconds).toBeCloseTo(2)
  })

  it('of averages is their mean, times the length of the load', () => {
    const samples = [averaged(0, 4), averaged(15, 0.4), averaged(30, 0.6)]
    expect(usageOf(samples, 30).cpuSeconds).toBeCloseTo(15)
  })

  it('of the only average that there is, is that one', () => {
    expect(usageOf([averaged(0, 0.5)], 10).cpuSeconds).toBeCloseTo(5)
  })

  it('is none where nothing was counted after the first sample', () => {
    expect(usageOf([counted(0, 10)], 10).cpuSeconds).toBe(0)
  })
})

it('the memory of a container is the most that was seen, before the load as well', () => {
  expect(usageOf([counted(0, 1, 300), counted(10, 2, 200)], 10).peakMemoryBytes).toBe(300)
  expect(usageOf([counted(0, 1, 100), counted(10, 2, 200)], 10).peakMemoryBytes).toBe(200)
})

describe('samples are enough', () => {
  it('where those within the load span half of it', () => {
    expect(hasEnoughSamples([counted(0, 0), counted(10, 1), counted(40, 2)], 60)).toBe(true)
    expect(hasEnoughSamples([counted(0, 0), counted(10, 1), counted(39, 2)], 60)).toBe(false)
    expect(hasEnoughSamples([counted(0, 0), counted(40, 2)], 60)).toBe(false)
  })

  it('where there is an average of the time within it', () => {
    expect(hasEnoughSamples([averaged(0, 1), averaged(10, 1)], 60)).toBe(true)
    expect(hasEnoughSamples([averaged(0, 1)], 60)).toBe(false)
  })
})

it('what the replicas of a container used is added up', () => {
  const first = { cpuSeconds: 1, peakMemoryBytes: 100 }
  const second = { cpuSeconds: 0.5, peakMemoryBytes: 50 }
  expect(addUp([first, second])).toEqual({ cpuSeconds: 1.5, peakMemoryBytes: 150 })
  expect(addUp([])).toBeUndefined()
})
