import type { Check, Comparison, Result } from 'perf-sdk'
import { extraConnectionsOf, mostGeneratorDelayMs, mostLatePercent } from 'perf-sdk/runner'
import { cpuName, type Figure, failedOf, figuresOf } from './figures.js'
import { label } from './label.js'

/** The answer in one sentence, or why there is none; nothing of a case that could not be finished. */
export function sentenceOf(result: Result): string | undefined {
  const { outcome, comparisons, variants } = result
  switch (outcome) {
    case 'passed':
      return comparisons.map((comparison) => answerOf(comparison, variants)).join(' ') || undefined
    case 'failed':
      return `Failed: ${reasonsOf(result)}`
    case 'not valid':
      return `Not valid: ${reasonsOf(result)}`
    default:
      return undefined
  }
}

function answerOf(comparison: Comparison, variants: Result['variants']): string {
  const figures = figuresOf(comparison, variants)
  const figure = (name: string) => figures.find((one) => one.name === name)
  const median = figure('p50')
  const isKnown = typeof median?.added === 'number'
  const response = isKnown ? 'the median response' : 'the mean response (the median is not known)'
  const cpu = figure(cpuName)
  return (
    `${introOf(comparison, response)} takes ${differenceOf((isKnown ? median : figure('mean')) as Figure, '', 'longer')}` +
    `${cpu ? `, and a request costs ${differenceOf(cpu, ' of CPU', 'more')}` : ''}.`
  )
}

function introOf({ variant, baseline, baselineHasSidecar }: Comparison, response: string): string {
  if (variant === 'dapr' && baselineHasSidecar === false) return `With Dapr ${response}`
  const ofVariant = variant === 'dapr' ? '' : ` of ${variant}`
  return `Compared with ${subjectOf(baseline)}, ${response}${ofVariant}`
}

/** `0.9 ms longer (0.8 to 1.0)`, `50 µs of CPU less` */
function differenceOf({ added, interval }: Figure, what: string, more: string): string {
  const ms = added ?? 0
  const sign = ms < 0 ? -1 : 1
  const [unit, factor, digits] = Math.abs(ms) < 0.1 ? (['µs', 1000, 0] as const) : (['ms', 1, 1] as const)
  const text = (value: number) => rounded(sign * value * factor, digits)
  const difference = `${text(ms)} ${unit}${what} ${ms < 0 ? 'less' : more}`
  if (!interval) return difference
  const [from, to] = sign < 0 ? [interval.high, interval.low] : [interval.low, interval.high]
  const isUnclear = interval.low <= 0 && interval.high >= 0
  return `${difference} (${text(from)} to ${text(to)}${isUnclear ? ": it can't be told from zero" : ''})`
}

function rounded(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits)
  return value < 0 && Number(text) > 0 ? `−${text}` : text
}

/** Why a case failed or is not valid: what the checks found that decided so. */
function reasonsOf({ outcome, checks, budget, variants }: Result): string {
  return [...checks, ...(budget?.enforced ? [budget] : [])]
    .filter(({ passed, ifNotMet = 'failed' }) => !passed && ifNotMet === outcome)
    .map((check) => reasonOf(check, variants))
    .join('; ')
}

function reasonOf({ id, name, detail }: Check, variants: Result['variants']): string {
  const [variant = '', what] = id.split('.')
  const {
    requests = 0,
    outcomes = [],
    targetRate = 0,
    achievedRate = 0,
    late,
    extraConnections,
  } = variants[variant] ?? {}
  const failed = failedOf(outcomes)
  const load = `the ${label(variant)} load`
  if (what === 'success' && failed > 0) return `${failed} of ${requests} requests of ${load} failed`
  if (what === 'rate' && targetRate > 0)
    return `${subjectOf(variant)} took ${Number(achievedRate.toFixed(1))} of ${targetRate} qps`
  if (what === 'late' && late)
    return `${percent(late.percent)} % of the requests of ${load} were sent late (limit ${mostLatePercent} %)`
  if (what === 'connections' && extraConnections)
    return `a new connection was needed for ${extraConnectionsOf(extraConnections)} of ${requests} requests of ${load}`
  if (what === 'generator')
    return `the load generator itself was late in ${load}: ${detail} (limit ${mostGeneratorDelayMs} ms)`
  return `not met: ${name} (${detail})`
}

/** Where it decides, near the limit, with its tenths. */
const percent = (value: number) => value.toFixed(value < 10 ? 1 : 0)

const subjectOf = (variant: string) => (variant === 'baseline' ? 'the baseline' : label(variant))
