export const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** With a 95 % interval of the mean, of normally distributed values. */
export function summaryOf(values: number[]) {
  const mean = meanOf(values)
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
  const margin = (1.96 * sd) / Math.sqrt(values.length)
  return { mean, sd, interval: [mean - margin, mean + margin] as const }
}

/** A standard deviation of log ratios, as the answers of ab show it. */
export const sdText = (sd: number) => `${(sd * 100).toFixed(2)} %`

export const percent = (logRatio: number) => `${(Math.expm1(logRatio) * 100).toFixed(2)} %`
