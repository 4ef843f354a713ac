import { setTimeout as pause } from 'node:timers/promises'
import { type Cluster, KubernetesError } from '@dapr-perf/kubernetes'
import type { V1Pod } from '@kubernetes/client-node'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  addUp,
  chooseSource,
  hasEnoughSamples,
  measureContainers,
  type Sample,
  usageOf,
} from '../../../../src/platforms/kubernetes/pods/container-usage.js'

/** What the kubelet had counted at a second. */
const counted = (second: number, cpuSeconds: number, anonymousBytes = 100): Sample => ({
  timeMs: second * 1000,
  cpuSeconds,
  anonymousBytes,
})
/** What metrics-server knows of a second. */
const averaged = (second: number, cores: number): Sample => ({ timeMs: second * 1000, cores })

describe('the CPU time of a container', () => {
  it('in a long load is the rate between the first and the last sample within it, times its length', () => {
    // Idle until second 5; the load is from 5 to 65 at half a core.
    const samples = [counted(0, 10), counted(10, 12.5), counted(40, 27.5), counted(60, 37.5)]
    expect(usageOf(samples, 60)?.cpuSeconds).toBeCloseTo(30)
  })

  it('in a short load is all that was counted between the samples around it', () => {
    const samples = [counted(0, 10), counted(10, 12)]
    expect(usageOf(samples, 2)?.cpuSeconds).toBeCloseTo(2)
    expect(usageOf([counted(0, 10), counted(8, 11), counted(10, 12)], 8)?.cpuSeconds).toBeCloseTo(2)
  })

  it('of averages is their mean, times the length of the load', () => {
    const samples = [averaged(0, 4), averaged(15, 0.4), averaged(30, 0.6)]
    expect(usageOf(samples, 30)?.cpuSeconds).toBeCloseTo(15)
  })

  it('of the only average that there is, is that one', () => {
    expect(usageOf([averaged(0, 0.5)], 10)?.cpuSeconds).toBeCloseTo(5)
  })

  it('says where it comes from', () => {
    expect(usageOf([counted(0, 10), counted(10, 12)], 2)?.cpuSource).toBe('kubelet')
    expect(usageOf([averaged(0, 0.5)], 10)?.cpuSource).toBe('metrics.k8s.io')
    const [kubelet, averages] = (['kubelet', 'metrics.k8s.io'] as const).map((cpuSource) => ({
      cpuSeconds: 1,
      cpuSource,
    }))
    expect(addUp([kubelet, kubelet])?.cpuSource).toBe('kubelet')
    expect(addUp([kubelet, averages])).toEqual({ cpuSeconds: 2 })
  })

  it('is unknown, not zero, where nothing was counted after the first sample', () => {
    expect(usageOf([counted(0, 10)], 10)).toBeUndefined()
  })
})

it('the memory of a container is the most that was seen, before the load as well', () => {
  expect(usageOf([counted(0, 1, 300), counted(10, 2, 200)], 10)?.peakAnonymousBytes).toBe(300)
  expect(usageOf([counted(0, 1, 100), counted(10, 2, 200)], 10)?.peakAnonymousBytes).toBe(200)
})

it('memory is unknown, not zero, where the source has another kind of memory', () => {
  expect(usageOf([averaged(0, 1), averaged(15, 1)], 15)).toEqual({
    cpuSeconds: 15,
    cpuSource: 'metrics.k8s.io',
  })
  const known = { cpuSeconds: 1, peakAnonymousBytes: 100 }
  expect(addUp([known, { cpuSeconds: 1 }])).toEqual({ cpuSeconds: 2 })
  expect(addUp([known, undefined])).toBeUndefined()
})

describe('the containers of pods', () => {
  const pod: V1Pod = {
    metadata: { name: 'app-1', namespace: 'apps' },
    spec: { nodeName: 'n', containers: [] },
  }
  const summaryAt = (second: number, cpuSeconds: number, rssBytes: number) => {
    const cpu = { time: new Date(second * 1000).toISOString(), usageCoreNanoSeconds: cpuSeconds * 1e9 }
    const memory = { workingSetBytes: rssBytes * 10, rssBytes }
    const podRef = { name: 'app-1', namespace: 'apps' }
    return JSON.stringify({ pods: [{ podRef, containers: [{ name: 'app', cpu, memory }] }] })
  }
  /** A cluster whose responses come when the test sends them, each to the request of its place. */
  function slowCluster() {
    const responses: ((text: string) => void)[] = []
    const get = () => new Promise<string>((resolve) => responses.push(resolve))
    const respond = async (request: number, text: string) => {
      while (!responses[request]) await pause(5)
      responses[request]?.(text)
    }
    return { cluster: { get } as unknown as Cluster, respond }
  }

  it('are measured by their newest samples, whichever response is late', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const { cluster, respond } = slowCluster()
    const choosing = chooseSource(cluster, [pod])
    await respond(0, summaryAt(0, 10, 100))
    const measuring = measureContainers((await choosing)([pod]), new AbortController().signal)
    await respond(1, summaryAt(0, 10, 100))
    const stop = await measuring
    await vi.advanceTimersByTimeAsync(7_500)
    await respond(3, summaryAt(4, 13, 300))
    await respond(4, summaryAt(7, 16, 250))
    const stopped = stop()
    await respond(5, summaryAt(7, 16, 250))
    await respond(2, summaryAt(2, 11, 200)) // asked for first
    await respond(6, summaryAt(7, 16, 250)) // still no sample that was taken after the load
    await respond(7, summaryAt(10, 19, 200))
    // 6 CPU seconds from the 4th second to the 10th, in a load of 7.5.
    const usage = { cpuSeconds: expect.closeTo(7.5), cpuSource: 'kubelet', peakAnonymousBytes: 300 }
    expect(await stopped).toEqual(new Map([['app-1/app', usage]]))
  })
})

describe('samples come', () => {
  const pod: V1Pod = {
    metadata: { name: 'app-1', namespace: 'apps' },
    spec: { nodeName: 'n', containers: [] },
  }
  const metrics = JSON.stringify({ items: [] })
  const busy = new KubernetesError('busy', 503, '')
  const forbidden = new KubernetesError('no', 403, '')

  /** The paths that are asked for by a source, after those that choose it were answered like this. */
  async function askedAfter(...answers: (string | Error)[]) {
    const paths: string[] = []
    const get = async (path: string) => {
      const answer = answers.shift() ?? metrics
      if (answer instanceof Error) throw answer
      paths.push(path)
      return answer
    }
    const source = await chooseSource({ get } as unknown as Cluster, [pod])
    paths.length = 0
    await source([pod])().catch(() => {})
    return paths.join()
  }

  it("from the kubelet's summary, also if it is busy at first", async () => {
    const summary = JSON.stringify({ pods: [] })
    expect(await askedAfter(busy, summary, summary)).toContain('/proxy/stats/summary')
  })

  it('from metrics.k8s.io where the summary may not be read', async () => {
    expect(await askedAfter(forbidden)).toContain('metrics.k8s.io')
  })
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
  const first = { cpuSeconds: 1, peakAnonymousBytes: 100 }
  const second = { cpuSeconds: 0.5, peakAnonymousBytes: 50 }
  expect(addUp([first, second])).toEqual({ cpuSeconds: 1.5, peakAnonymousBytes: 150 })
  expect(addUp([])).toBeUndefined()
})
