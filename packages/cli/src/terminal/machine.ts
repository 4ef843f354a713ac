import type { Result, Summary } from 'perf-sdk'
import { muchByOthersShare, nearlySaturatedShare } from 'perf-sdk/runner'
import { label } from './label.js'

type Machine = NonNullable<Summary['machine']>

/** How busy the machine was in the loads of a variant, and what other processes used of it, for the table. */
export const machineCells = ({ machine }: Summary) => ({
  busy: machine ? `${(machine.busyShare * 100).toFixed(0)} %` : 'unknown',
  others: machine?.othersSeconds === undefined ? 'unknown' : `${othersOf(machine)?.toFixed(2)} cores`,
})

/** What of the machine makes the figures of a variant something else than what they seem to be. */
export function machineWarnings([variant, summary]: [string, Summary]): string[] {
  const { machine } = summary
  if (!machine) return []
  const { busyShare, cores } = machine
  const others = othersOf(machine) ?? 0
  const rate = rateBelowSaturation(machine, summary.requests)
  return [
    ...(busyShare > nearlySaturatedShare ? [`! ${label(variant)}: ${saturatedText(busyShare, rate)}`] : []),
    ...(others > muchByOthersShare * cores
      ? [`! other processes used ${others.toFixed(1)} of ${cores} cores during the ${label(variant)} load`]
      : []),
  ]
}

export const saturatedText = (busyShare: number, rate: number | undefined) =>
  `the machine was ${(busyShare * 100).toFixed(0)} % busy: nearly saturated, so most of the latency is queueing` +
  (rate ? `. At about ${rate} qps it would be ${nearlySaturatedShare * 100} % busy` : '')

/** Cores that other processes kept busy; undefined if unknown. */
const othersOf = ({ othersSeconds, seconds }: Machine) =>
  othersSeconds === undefined ? undefined : othersSeconds / seconds

/** The rate at which the load would leave enough of the machine free, by its CPU a request; undefined if unknown or none. */
export function rateBelowSaturation(
  machine: Pick<Machine, 'cores' | 'seconds' | 'busySeconds' | 'othersSeconds'>,
  requests: number,
): number | undefined {
  if (machine.othersSeconds === undefined) return undefined
  const { cores, seconds, busySeconds, othersSeconds } = machine
  const perRequest = (busySeconds - othersSeconds) / requests
  const rate = (nearlySaturatedShare * cores - othersSeconds / seconds) / perRequest
  return rate > 0 && Number.isFinite(rate) ? roundDown(rate) : undefined
}

/** To 2 significant digits. */
function roundDown(value: number): number {
  const step = 10 ** (Math.floor(Math.log10(value)) - 1)
  return Number((Math.floor(value / step) * step).toPrecision(2))
}

export const isMachineUnknown = ({ variants }: Pick<Result, 'variants'>) =>
  Object.values(variants).every(({ machine }) => machine === undefined)
