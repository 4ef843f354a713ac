import { metricNames } from '../../src/ab/metrics.js'
import type { AbPlan, Block, VariantOfBlock } from '../../src/model/block.js'

const variant: VariantOfBlock = {
  requests: 1_000,
  achievedRate: 500,
  outcomes: [{ code: '200', kind: 'success', count: 1_000 }],
  mean: 2,
  p50: 2,
  p90: 3,
  p99: 5,
  cpuSeconds: 0.5,
  allocations: 100_000,
  allocatedBytes: 1e7,
  anonymousBytes: 2 ** 25,
}

/** A block in which B takes so many times as long as A, and needs so many times as much of all else. */
export function blockOf(ratio: number, ofB: Partial<VariantOfBlock> = {}): Block {
  const times = (value: number | null | undefined) => (value ?? 0) * ratio
  const b = {
    ...variant,
    mean: times(variant.mean),
    p50: times(variant.p50),
    p90: times(variant.p90),
    p99: times(variant.p99),
    cpuSeconds: times(variant.cpuSeconds),
    allocations: times(variant.allocations),
    allocatedBytes: times(variant.allocatedBytes),
    anonymousBytes: times(variant.anonymousBytes),
    ...ofB,
  }
  return {
    startedAt: '2026-11-25T00:00:00.000Z',
    seconds: 4.5,
    startedFirst: 'a',
    loadedFirst: 'b',
    slices: 188,
    sliceSeconds: 0.016,
    loadAverage: 1,
    cpuSource: 'schedstat',
    interference: [],
    variants: { a: variant, b },
  }
}

/** Blocks whose ratios scatter a little around one. */
export const blocksAround = (ratio: number, count: number, spread = 0.01) =>
  Array.from({ length: count }, (_, index) => blockOf(ratio * (1 + (index % 2 === 0 ? spread : -spread))))

export function planOf(blocks: number, minEffect = 0.02): AbPlan {
  return {
    maxSeconds: blocks * 5,
    blockSeconds: 4.5,
    blocks,
    alpha: 0.05,
    gate: ['p50', 'cpu'],
    minEffect: Object.fromEntries(metricNames.map((name) => [name, minEffect])),
  }
}
