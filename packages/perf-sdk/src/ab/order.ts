import { createHash } from 'node:crypto'
import type { VariantName } from '../model/block.js'

/** Which variant is first: drawn anew for each purpose and block, and the same again for the same seed. */
export function firstVariant(seed: string, block: number, purpose: 'start' | 'load'): VariantName {
  const [byte = 0] = createHash('sha256').update(`${seed} ${block} ${purpose}`).digest()
  return byte % 2 === 0 ? 'a' : 'b'
}

/** Both variants, the first one first. */
export const startingWith = (first: VariantName): [VariantName, VariantName] =>
  first === 'a' ? ['a', 'b'] : ['b', 'a']
