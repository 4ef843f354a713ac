import { resolve } from 'node:path'
import { InputError } from '../../../errors.js'
import type { LocateDaprdOptions } from './options.js'
import { reason } from './reason.js'
import { askVersion } from './version.js'

/** The daprd that the user names, of whatever version it is. */
export async function namedDaprd(
  name: string,
  options: LocateDaprdOptions,
): Promise<{ path: string; version: string }> {
  const path = resolve(name)
  try {
    return { path, version: await askVersion(path, options) }
  } catch (error) {
    options.signal?.throwIfAborted()
    throw new InputError(`DAPR_PERF_DAPRD must be the path of a daprd: ${reason(error)}`, { cause: error })
  }
}
