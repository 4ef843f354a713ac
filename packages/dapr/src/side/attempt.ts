import { DaprPerfError, InputError } from '@dapr-perf/errors'
import { MachineError } from '../machine-error.js'
import { messageOf } from '../message-of.js'
import { BuildError, type GivenSide, nameOf } from './side.js'

/**
 * Does one step towards a side's build, and names the side in the error.
 *
 * @throws BuildError for what fails, InputError for wrong input, MachineError where the machine is the cause
 */
export async function attempt<T>(side: GivenSide, signal: AbortSignal | undefined, step: () => Promise<T>) {
  try {
    return await step()
  } catch (error) {
    signal?.throwIfAborted()
    const message = `${nameOf(side)}: ${messageOf(error)}`
    if (error instanceof InputError) throw new InputError(message, { cause: error })
    if (error instanceof MachineError || isOfSystem(error)) throw new MachineError(message, { cause: error })
    if (error instanceof DaprPerfError) throw new BuildError(side, error.message, { cause: error })
    throw error
  }
}

/** Whether Node threw it for a system call, such as ENOSPC. */
const isOfSystem = (error: unknown) => typeof (error as NodeJS.ErrnoException | undefined)?.errno === 'number'
