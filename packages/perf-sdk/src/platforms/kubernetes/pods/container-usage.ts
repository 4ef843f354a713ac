import { setTimeout as pause } from 'node:timers/promises'
import { type Cluster, isTransient } from '@dapr-perf/kubernetes'
import type { V1Pod } from '@kubernetes/client-node'
import { knownQuantity } from '../../../description/quantity.js'
import { commonCpuSource, type Usage } from '../../../model/usage.js'

const sampleEveryMs = 2_500
/** How long to wait, at the end of a load, for a sample that was taken after it. */
const lastSampleWithinMs = 20_000
const askAgainAfterMs = 500
/** How often the kubelets' summary is asked for, while they are busy, before it is done without. */
const mostAttempts = 10

/** A container's usage: its total since the start, or its current average. */
export interface Sample {
  /** When the cluster took it, by the cluster's clock; only comparable to other samples. */
  timeMs: number
  /** CPU seconds since the container's start. */
  cpuSeconds?: number
  /** CPU in use, averaged over some seconds. */
  cores?: number
  /** Anonymous memory; undefined if the source doesn't tell it. */
  anonymousBytes?: number | undefined
}

/** Samples by `POD/CONTAINER`. */
type Samples = Map<string, Sample>
type Source = () => Promise<Samples>

/**
 * Measures CPU time and memory of all containers of some pods until the returned function is called.
 *
 * @returns a function that stops and returns the usage by `POD/CONTAINER`, without containers that have no metrics
 */
export async function measureContainers(
  read: Source,
  signal: AbortSignal,
): Promise<() => Promise<Map<string, Usage>>> {
  const history = new Map<string, Sample[]>()
  const update = async () => {
    for (const [name, sample] of await read().catch(() => new Map<string, Sample>())) {
      const samples = history.get(name) ?? []
      history.set(name, samples)
      // Requests may overlap, and a slow response may hold an older sample than the last.
      if (sample.timeMs > (samples.at(-1)?.timeMs ?? Number.NEGATIVE_INFINITY)) samples.push(sample)
    }
  }
  await update()
  const startedAt = performance.now()
  const timer = setInterval(() => void update(), sampleEveryMs).unref()
  return async () => {
    const seconds = (performance.now() - startedAt) / 1000
    clearInterval(timer)
    await update()
    if (![...history.values()].every((samples) => hasEnoughSamples(samples, seconds)))
      await waitForOneMore(history, update, signal)
    return new Map(
      [...history].flatMap(([name, samples]) => {
        const usage = usageOf(samples, seconds)
        return usage ? [[name, usage]] : []
      }),
    )
  }
}

/** All samples but the first were taken during the load. They are enough if they span at least half of it. */
export const hasEnoughSamples = (samples: Sample[], seconds: number) => {
  const within = samples.slice(1)
  return spanOf(within) >= seconds / 2 || within.some(({ cores }) => cores !== undefined)
}

const spanOf = (samples: Sample[]) => ((samples.at(-1)?.timeMs ?? 0) - (samples[0]?.timeMs ?? 0)) / 1000

/** Waits for another sample of each container, which is taken after the load. */
async function waitForOneMore(
  history: Map<string, Sample[]>,
  update: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const before = new Map([...history].map(([name, samples]) => [name, samples.length]))
  const deadline = performance.now() + lastSampleWithinMs
  const isThere = () => [...history].every(([name, samples]) => samples.length > (before.get(name) ?? 0))
  while (!isThere() && performance.now() < deadline && !signal.aborted) {
    await pause(askAgainAfterMs)
    await update()
  }
}

/**
 * What a container used in a load of this many seconds; undefined if no sample tells.
 *
 * @param samples the first one was taken before the load
 */
export function usageOf(samples: Sample[], seconds: number): Usage | undefined {
  const within = samples.slice(1)
  if (within.length === 0 && samples[0]?.cores === undefined) return undefined
  const memory = samples.flatMap(({ anonymousBytes }) => anonymousBytes ?? [])
  return {
    ...cpuOf(samples, within, seconds),
    ...(memory.length > 0 && { peakAnonymousBytes: Math.max(...memory) }),
  }
}

function cpuOf(samples: Sample[], within: Sample[], seconds: number): Usage {
  const rates = (within.length > 0 ? within : samples).flatMap(({ cores }) => cores ?? [])
  if (rates.length > 0) {
    const average = rates.reduce((sum, rate) => sum + rate, 0) / rates.length
    return { cpuSeconds: average * seconds, cpuSource: 'metrics.k8s.io' }
  }
  const used = (counted: Sample[]) => (counted.at(-1)?.cpuSeconds ?? 0) - (counted[0]?.cpuSeconds ?? 0)
  // A short load lies between two samples: apart from it, the container was idle.
  const isLong = spanOf(within) >= seconds / 2
  const cpuSeconds = isLong ? (used(within) / spanOf(within)) * seconds : used(samples)
  return { cpuSeconds, cpuSource: 'kubelet' }
}

/**
 * Where a cluster's samples come from: the kubelet's summary, which has totals, if it can be read by this user; else
 * metrics.k8s.io, which only has averages of CPU, and the working set of memory, which is something else and not taken. They
 * don't add up, so that a run takes one of them.
 *
 * @returns a function that makes the source of the samples of some pods
 */
export async function chooseSource(cluster: Cluster, pods: V1Pod[]): Promise<(pods: V1Pod[]) => Source> {
  const summary = (ofPods: V1Pod[]) => kubeletSummary(cluster, ofPods)
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    try {
      await summary(pods)()
      return summary
    } catch (error) {
      if (!isTransient(error)) break
      await pause(askAgainAfterMs)
    }
  }
  return (ofPods) => metricsServer(cluster, ofPods)
}

interface SummaryOfNode {
  pods: {
    podRef: { name: string; namespace: string }
    containers?: {
      name: string
      cpu?: { time: string; usageCoreNanoSeconds?: number }
      /** rssBytes is anonymous memory: `anon` of the control group's memory.stat, or `total_rss` of its first version. */
      memory?: { rssBytes?: number }
    }[]
  }[]
}

function kubeletSummary(cluster: Cluster, pods: V1Pod[]): Source {
  const nodes = [...new Set(pods.map(({ spec }) => spec?.nodeName as string))]
  return async () => {
    const summaries = await Promise.all(
      nodes.map(async (node): Promise<SummaryOfNode> => {
        const path = `/api/v1/nodes/${node}/proxy/stats/summary?only_cpu_and_memory=true`
        return JSON.parse(await cluster.get(path))
      }),
    )
    const ours = summaries
      .flatMap((summary) => summary.pods)
      .filter(({ podRef }) => isAmong(pods, podRef.namespace, podRef.name))
    return new Map(
      ours.flatMap(({ podRef, containers = [] }) =>
        containers.flatMap(({ name, cpu, memory }): [string, Sample][] =>
          cpu?.usageCoreNanoSeconds === undefined
            ? []
            : [
                [
                  `${podRef.name}/${name}`,
                  {
                    timeMs: Date.parse(cpu.time),
                    cpuSeconds: cpu.usageCoreNanoSeconds / 1e9,
                    anonymousBytes: memory?.rssBytes,
                  },
                ],
              ],
        ),
      ),
    )
  }
}

interface PodMetricsList {
  items: {
    metadata: { name: string; namespace: string }
    timestamp: string
    containers: { name: string; usage: { cpu: string } }[]
  }[]
}

function metricsServer(cluster: Cluster, pods: V1Pod[]): Source {
  const namespace = pods[0]?.metadata?.namespace
  return async () => {
    const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`
    const { items }: PodMetricsList = JSON.parse(await cluster.get(path))
    return new Map(
      items
        .filter(({ metadata }) => isAmong(pods, metadata.namespace, metadata.name))
        .flatMap(({ metadata, timestamp, containers }) =>
          containers.flatMap(({ name, usage }): [string, Sample][] => {
            const cores = knownQuantity(usage.cpu)
            if (cores === undefined) return []
            return [[`${metadata.name}/${name}`, { timeMs: Date.parse(timestamp), cores }]]
          }),
        ),
    )
  }
}

const isAmong = (pods: V1Pod[], namespace: string, name: string) =>
  pods.some(({ metadata }) => metadata?.name === name && metadata.namespace === namespace)

/** What the replicas of a container used together; undefined if there is none, or one of them is unknown. */
export function addUp(usages: (Usage | undefined)[]): Usage | undefined {
  const known = usages.filter((usage) => usage !== undefined)
  if (known.length === 0 || known.length < usages.length) return undefined
  const cpuSource = commonCpuSource(known)
  const peaks = known.flatMap(({ peakAnonymousBytes }) => peakAnonymousBytes ?? [])
  return {
    cpuSeconds: known.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    ...(cpuSource && { cpuSource }),
    ...(peaks.length === known.length && { peakAnonymousBytes: peaks.reduce((sum, peak) => sum + peak, 0) }),
  }
}
