import { createHash, randomBytes } from 'node:crypto'

/** For all that is drawn at random in a case. */
export const newSeed = () => randomBytes(8).toString('hex')

/** The seed of a round or a block: a whole number below 2^48, the same again for the same seed and number. */
export const seedOf = (seed: string, number: number) =>
  createHash('sha256').update(`${seed} ${number}`).digest().readUIntBE(0, 6)
