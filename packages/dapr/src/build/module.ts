import { DaprPerfError, InputError } from '@dapr-perf/errors'
import { MachineError } from '../machine-error.js'
import { daprModulePath } from '../pinned.js'
import { type GoOptions, runGo } from './go.js'

/** The Go module of a version of Dapr, in Go's module cache. */
export interface DaprModule {
  /** The folder of its sources, which nothing may change. */
  folder: string
  /** The commit of dapr/dapr that it was made from, where Go's proxy tells it. */
  commit?: string
}

/**
 * Downloads the Go module of a version of Dapr, unless it is in Go's module cache already. Go checks its sum: the pinned
 * version's against our own go.sum, any other's against Go's checksum database.
 *
 * @param version without the `v`
 * @param goModule the folder with our own go.sum
 * @throws InputError for a version that does not exist, else DaprPerfError with what go says
 */
export async function downloadModule(
  version: string,
  goModule: string,
  { env, signal }: Omit<GoOptions, 'cwd'>,
): Promise<DaprModule> {
  const args = ['mod', 'download', '-json', `${daprModulePath}@v${version}`]
  const printed = await runGo(args, { cwd: goModule, env, signal }).catch((error) => {
    signal?.throwIfAborted()
    throw isUnknown(error) ? new InputError(`Go's module proxy does not have it: ${error.message}`) : error
  })
  const { Dir: folder, Origin } = JSON.parse(printed)
  return { folder, ...(Origin?.Hash && { commit: Origin.Hash }) }
}

/** Whether the proxy has no such version. That a sum can't be verified is another matter. */
const isUnknown = (error: unknown) =>
  error instanceof DaprPerfError &&
  !(error instanceof MachineError) &&
  !error.message.includes('verifying') &&
  /unknown revision|invalid version|40[34] [A-Z]|410 Gone/.test(error.message)
