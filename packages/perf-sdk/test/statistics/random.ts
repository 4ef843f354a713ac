/** Standard normal variables, the same for the same seed (mulberry32; Box and Muller). */
export function normalGenerator(seed: number): () => number {
  let state = seed
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return (((bits ^ (bits >>> 14)) >>> 0) + 0.5) / 2 ** 32
  }
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}

/** How far a share of so many trials may lie from the probability: further only once in 15,000 seeds. */
export const simulationError = (probability: number, trials: number) =>
  4 * Math.sqrt((probability * (1 - probability)) / trials)
