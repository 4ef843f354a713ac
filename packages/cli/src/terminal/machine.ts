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
export function machineWarnings([variant, { machine, requests }]: [string, Summary]): string[] {
  if (!machine) return []
  const name = label(variant)
  return [
    ...saturated(machine, requests).map((text) => `! ${name}: ${text}`),
    ...muchByOthers(machine, `the ${name} load`).map((text) => `! ${text}`),
  ]
}

type Use = Pick<Machine, 'cores' | 'seconds' | 'busySeconds' | 'busyShare' | 'othersSeconds'>

/** That the machine was nearly saturated; nothing where it was not. */
export function saturated(use: Use, requests: number): string[] {
  const { busyShare } = use
  if (!(busyShare > nearlySaturatedShare)) return []
  const rate = rateBelowSaturation(use, requests)
  return [
    `the machine was ${(busyShare * 100).toFixed(0)} % busy: nearly saturated, so most of the latency is queueing` +
      (rate ? `. At about ${rate} qps it would be ${nearlySaturatedShare * 100} % busy` : ''),
  ]
}

/** That other processes used much; nothing where they did not, or it is unknown. */
export function muchByOthers(use: Use, loads: string): string[] {
  const others = othersOf(use) ?? 0
  return others > muchByOthersShare * use.cores
    ? [`other processes used ${others.toFixed(1)} of ${use.cores} cores during ${loads}`]
    : []
}

/** Cores that other processes kept busy; undefined if unknown. */
const othersOf = ({ othersSeconds, seconds }: Use) =>
  othersSeconds === undefined ? undefined : othersSeconds / seconds

/** The rate at which the load would leave enough of the machine free, by its CPU a request; undefined if unknown or none. */
function rateBelowSaturation(
  { cores, seconds, busySeconds, othersSeconds }: Use,
  requests: number,
): number | undefined {
  if (othersSeconds === undefined) return undefined
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
