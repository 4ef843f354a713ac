import { setTimeout as pause } from 'node:timers/promises'
import type { Check } from '../compare/checks.js'
import type { TestContext } from '../runner/test-context.js'
import { sidecarRequest } from './request.js'

const settleMs = 2_000
const everyMs = 100

/** A metric of a sidecar: its name in Prometheus' format, and the labels that a sample has to have. */
export interface Metric {
  name: string
  labels: Record<string, string>
}

/**
 * Checks that a sidecar has counted just as many of something as expected. It counts a moment after it has answered,
 * so a count that is too low is read again for 2 s.
 *
 * @param what what is counted, for the check's name: `events published`
 */
export async function checkSidecarCount(
  test: TestContext,
  appName: string,
  what: string,
  metric: Metric,
  expected: number,
): Promise<Check> {
  const deadline = performance.now() + settleMs
  let counted = await countOf(test, appName, metric)
  while (counted < expected && performance.now() < deadline) {
    await pause(everyMs, undefined, { signal: test.signal })
    counted = await countOf(test, appName, metric)
  }
  return {
    name: `${appName}'s sidecar counts the ${what} that fortio made`,
    passed: counted === expected,
    detail: `${counted} of ${expected}`,
  }
}

async function countOf(test: TestContext, appName: string, metric: Metric): Promise<number> {
  const text = await sidecarRequest(test, appName, 'metrics', 'GET', '/metrics')
  return sumOf(text, metric)
}

/**
 * The sum of a metric's samples with the given labels, of a text in Prometheus' format
 * (https://prometheus.io/docs/instrumenting/exposition_formats); 0 where there is none.
 */
export function sumOf(text: string, { name, labels }: Metric): number {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => wanted.every((label) => line.includes(`{${label}`) || line.includes(`,${label}`)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}
