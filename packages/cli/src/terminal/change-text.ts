/** A change as a share: 0.02 is 2 %. */
interface Change {
  estimate: number
  interval: { low: number; high: number }
}

/** `+3.1 % (2.2 to 4.0 %)` */
export function changeText({ estimate, interval: { low, high } }: Change): string {
  return `${percent(estimate, '+')} % (${percent(low)} to ${percent(high)} %)`
}

/** In percent, with a digit more where the interval is narrow. */
export function percent(share: number, plus = ''): string {
  const digits = Math.abs(share) < 0.0095 ? 2 : 1
  const text = Math.abs(share * 100).toFixed(digits)
  const sign = share < 0 && Number(text) !== 0 ? '−' : plus
  return `${sign}${text}`
}
