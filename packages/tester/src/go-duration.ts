const nanosecondsOf: Record<string, number> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
}
const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g
const whole = new RegExp(`^\\+?(?:${part.source})+$`)
const tooLong = 2 ** 63

/**
 * Parses a Go duration (https://pkg.go.dev/time#ParseDuration) to seconds: `10s`, `1m30s`, `0.5h`.
 * As in Go, fractions of a nanosecond are dropped. Undefined if it is invalid, negative, or too long for Go.
 */
export function parseGoDuration(text: string): number | undefined {
  if (!whole.test(text)) return undefined
  let nanoseconds = 0
  for (const [, amount, unit] of text.matchAll(part)) {
    nanoseconds += Math.floor(Number(amount) * (nanosecondsOf[unit as string] as number))
  }
  return nanoseconds < tooLong ? nanoseconds / 1e9 : undefined
}
