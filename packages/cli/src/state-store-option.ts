import type { Command } from 'commander'
import { parseStateStoreKind, type StateStoreKind } from 'perf-sdk/runner'

export interface StateStoreFlag {
  stateStore?: StateStoreKind
}

const variable = 'DAPR_PERF_STATE_STORE'

export function addStateStoreOption(command: Command): void {
  command.option(
    '--state-store <kind>',
    `state store of the cases that use one: in-memory, or redis (or ${variable})`,
    (text) => parseStateStoreKind(text, '--state-store'),
  )
}

/** The flag's state store, else the variable's, else in-memory. */
export const stateStoreOf = ({ stateStore }: StateStoreFlag): StateStoreKind =>
  stateStore ?? parseStateStoreKind(process.env[variable] || 'in-memory', variable)
