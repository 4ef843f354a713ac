import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import {
  type CheckoutState,
  type Commit,
  describeCheckout,
  findCommit,
  isCheckout,
} from '../build/checkout.js'
import { MachineError } from '../machine-error.js'
import { messageOf } from '../message-of.js'
import type { LocateDaprdOptions } from '../options.js'
import { askVersion } from '../version.js'
import { type GivenSide, nameOf, type Program } from './side.js'

const accepted =
  'expected a version such as 1.18.1, the path of a daprd, a checkout of dapr/dapr, or CHECKOUT@REF'

/** What a side's text means. Each exists on this machine, but for versions. */
export type Identified =
  | { is: 'version'; version: string }
  | { is: 'program'; program: Program }
  | ({ is: 'checkout'; folder: string } & CheckoutState)
  | ({ is: 'commit'; repository: string } & Commit)

type Options = Pick<LocateDaprdOptions, 'env' | 'home' | 'signal'>

/**
 * Finds out what a side's text means. A version is one in any case, else a path that exists is one, even with an @.
 *
 * @throws InputError where it means nothing that exists
 */
export async function identify(side: GivenSide, options: Options): Promise<Identified> {
  const version = /^v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$/.exec(side.text)?.[1]
  if (version) return { is: 'version', version }
  try {
    return await identifyPath(side.text, options)
  } catch (error) {
    options.signal?.throwIfAborted()
    if (error instanceof MachineError)
      throw new MachineError(`${nameOf(side)}: ${error.message}`, { cause: error })
    throw new InputError(`${nameOf(side)}: ${messageOf(error)}; ${accepted}`, { cause: error })
  }
}

async function identifyPath(text: string, options: Options): Promise<Identified> {
  if (!text) throw new InputError('nothing is named')
  const path = absolute(text, options)
  const what = await kindOf(path)
  if (what === 'file') {
    return { is: 'program', program: { path, version: await askVersion(path, options), source: 'path' } }
  }
  if (what === 'folder') return identifyCheckout(path, options)
  for (let at = text.lastIndexOf('@'); at > 0; at = text.lastIndexOf('@', at - 1)) {
    const repository = absolute(text.slice(0, at), options)
    if ((await kindOf(repository)) !== 'folder') continue
    const ref = text.slice(at + 1)
    if (!ref) throw new InputError('no ref follows the @')
    return { is: 'commit', repository, ...(await findCommit(repository, ref, options)) }
  }
  throw new InputError(`${path} does not exist`)
}

async function identifyCheckout(folder: string, options: Options): Promise<Identified> {
  if (!isCheckout(folder)) throw new InputError(`${folder} is not a checkout of dapr/dapr`)
  return { is: 'checkout', folder, ...(await describeCheckout(folder, options)) }
}

/** An absolute path. A shell expands `~` only where a word begins with it, and not in `--b=~/dapr`. */
const absolute = (path: string, { home }: Options) =>
  resolve(/^~(\/|$)/.test(path) ? join(home, path.slice(1)) : path)

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) return 'folder'
  return found?.isFile() ? 'file' : undefined
}
