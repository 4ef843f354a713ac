import { DaprPerfError } from '@dapr-perf/errors'

/**
 * The machine or its network is the cause, not what was to be built: a full disk, too little memory, a program that is
 * missing, a server that does not answer.
 */
export class MachineError extends DaprPerfError {}
