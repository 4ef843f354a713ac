import { resolve } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import { messageOf } from '../message-of.js'
import type { LocateDaprdOptions } from '../options.js'
import { askVersion } from '../version.js'

/** The daprd that DAPR_PERF_DAPRD names, of any version. */
export async function namedDaprd(
  name: string,
  options: LocateDaprdOptions,
): Promise<{ path: string; version: string }> {
  const path = resolve(name)
  try {
    return { path, version: await askVersion(path, options) }
  } catch (error) {
    options.signal?.throwIfAborted()
    throw new InputError(`DAPR_PERF_DAPRD must be the path of a daprd: ${messageOf(error)}`, { cause: error })
  }
}
