const fineness = 32

/** Where an integrand is taken, and what it counts for. */
interface GridPoint {
  z: number
  weight: number
}

/**
 * Points and weights for an integral over z from -bound to bound of something near a standard normal density, by Simpson's
 * rule: dense within ±3, then ever wider apart (Jennison and Turnbull, Group Sequential Methods with Applications to
 * Clinical Trials, 2000, chapter 19; their r is 16).
 *
 * @param bound above 0 and finite
 */
export function simpsonGrid(bound: number): GridPoint[] {
  const knots = [-bound, ...allKnots().filter((z) => Math.abs(z) < bound), bound]
  return [
    ...knots.map((z, index) => ({ z, weight: ((knots[index + 1] ?? z) - (knots[index - 1] ?? z)) / 6 })),
    ...between(knots).map(({ from, to }) => ({ z: (from + to) / 2, weight: (4 / 6) * (to - from) })),
  ]
}

function allKnots(): number[] {
  const r = fineness
  const dense = range(r, 5 * r).map((i) => -3 + (3 * (i - r)) / (2 * r))
  const sparse = range(1, r - 1).map((i) => 3 + 4 * Math.log(r / i))
  return [...sparse.map((z) => -z), ...dense, ...sparse.toReversed()]
}

const between = (knots: number[]) => knots.slice(1).map((to, index) => ({ from: knots[index] as number, to }))

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)
