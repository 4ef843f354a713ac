import { constants } from 'node:fs'
import { access, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DaprPerfError } from '@dapr-perf/errors'
import { sha256Of } from '../../process/file-sum.js'
import { isScript } from '../../process/is-script.js'

const chunkBytes = 1024 * 1024

/**
 * Copies a program into a new file, from which it is then run. How fast a program runs depends on how the page cache holds
 * its file, too: the same bytes in two files, one written just now and one read from disk long ago, differ by several
 * percent, in each block alike. Files that were written in the same way, one after the other, don't.
 *
 * A script is left where it is, since it may look for other files beside it.
 *
 * @param sha256 of the program that was asked for, in hexadecimal
 * @param to the path of the copy, in a folder for it alone
 * @returns the path of what is to be run
 * @throws DaprPerfError where the file has another sum, as it has if it was built again meanwhile; where it can't be copied;
 * or where programs can't be run from the folder of the copy
 */
export async function copyProgram(path: string, sha256: string | undefined, to: string): Promise<string> {
  if (sha256 !== undefined && (await sha256Of(path)) !== sha256)
    throw new DaprPerfError(
      `${path} has changed since its version was read: leave it as it is until the end, or name a copy of it`,
    )
  if (await isScript(path)) return path
  const folder = dirname(to)
  try {
    await mkdir(folder, { recursive: true })
    await copy(path, to)
  } catch (cause) {
    throw new DaprPerfError(
      `${path} can't be copied to ${to}: ${(cause as Error).message}. Free space there, or set XDG_STATE_HOME to another folder`,
      { cause },
    )
  }
  // On a file system without the right to execute this fails, whatever the mode of the file.
  await access(to, constants.X_OK).catch((cause) => {
    throw new DaprPerfError(
      `programs can't be run from ${folder}, which is mounted with noexec: set XDG_STATE_HOME to another folder`,
      { cause },
    )
  })
  return to
}

/** In large writes, for which the page cache takes large pieces of memory; never by sharing the blocks of the source. */
async function copy(path: string, to: string): Promise<void> {
  await using source = await open(path)
  await using target = await open(to, 'wx', 0o700)
  const chunk = Buffer.alloc(chunkBytes)
  for (;;) {
    const { bytesRead } = await source.read(chunk)
    if (bytesRead === 0) return
    await target.writeFile(chunk.subarray(0, bytesRead))
  }
}
