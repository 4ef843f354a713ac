import { type Block, leastShareOfRate } from 'perf-sdk/runner'

/** `A took 100 %, B 93 % of the rate`; nothing where both took enough of it. */
export function rateMissed(blocks: Block[]): string[] {
  const [a, b] = [takenPercent(blocks, 'a'), takenPercent(blocks, 'b')]
  if (a === undefined || b === undefined || Math.min(a, b) >= leastShareOfRate * 100) return []
  return [`A took ${takenText(blocks, 'a')}, B ${takenText(blocks, 'b')} of the rate`]
}

/** What a variant took of the rate, rounded down; undefined where it isn't known. */
export function takenText(blocks: Block[], side: 'a' | 'b'): string | undefined {
  const percent = takenPercent(blocks, side)
  return percent === undefined ? undefined : `${Math.floor(percent * 10) / 10} %`
}

/** Of the requests that were due, how many a variant sent in time. */
function takenPercent(blocks: Block[], side: 'a' | 'b'): number | undefined {
  const [due, sent] = [total(blocks, side, (one) => one.due), total(blocks, side, (one) => one.sentInTime)]
  return due && sent !== undefined ? (sent * 100) / due : undefined
}

/** The sum of a variant's blocks; undefined where one of them doesn't know it. */
export function total(
  blocks: Block[],
  side: 'a' | 'b',
  of: (variant: Block['variants']['a']) => number | undefined,
): number | undefined {
  const values = blocks.map(({ variants }) => of(variants[side]))
  return values.includes(undefined) ? undefined : values.reduce<number>((sum, one) => sum + (one ?? 0), 0)
}
