import { type BlocksEvent, type MetricName, metrics, nameOfLoad, type RunEvent } from 'perf-sdk/runner'
import { changeText } from './change-text.js'

/** An event as a line: `block 7: variant B: waiting for tester's sidecar`. */
export function lineOf(event: RunEvent): string {
  if (event.kind === 'blocks') return `${titleOf(event)}, ${detailOf(event)}`
  if (event.kind === 'load') return `${nameOf(event)} (${secondsText(event.seconds)})`
  return nameOf(event)
}

/** What goes on, without how long it takes. */
export function nameOf(event: Exclude<RunEvent, BlocksEvent>): string {
  if (event.block === undefined) return event.kind === 'load' ? nameOfLoad(event) : event.what
  const block = event.block === 0 ? 'trial block' : `block ${event.block}`
  const variant = event.variant === undefined ? [] : [`variant ${event.variant.toUpperCase()}`]
  const what = event.kind === 'load' ? nameOfLoad({ what: event.what, round: event.round }) : event.what
  return [block, ...variant, what].join(': ')
}

export const titleOf = ({ case: name, done, total }: BlocksEvent) => `${name}: blocks ${done} of ${total}`

/** The time left, and what the last look says. */
export function detailOf({ secondsLeft, changes }: BlocksEvent): string {
  const left = Math.ceil(secondsLeft)
  const until = `at most ${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')} left`
  const known = changes.map(({ metric, ...change }) => {
    return `${metrics[metric as MetricName].title} ${changeText(change)}`
  })
  return [until, ...known].join(', ')
}

export const secondsText = (length: number) => `${Number(length.toFixed(1))} s`
