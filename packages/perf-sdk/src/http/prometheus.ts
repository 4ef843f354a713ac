/** A Prometheus metric: its name, and the labels that its samples must have. */
export interface Metric {
  name: string
  labels?: Record<string, string>
}

/**
 * The sum of a metric's samples, from text in Prometheus' format
 * (https://prometheus.io/docs/instrumenting/exposition_formats); undefined if there is none.
 */
export function sumOf(text: string, { name, labels = {} }: Metric): number | undefined {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`)
  const samples = text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => wanted.every((label) => line.includes(`{${label}`) || line.includes(`,${label}`)))
  if (samples.length === 0) return undefined
  return samples.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}

const escaped = (value: string) => value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')
