import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Dependencies, goBuild } from '../build/go-build.js'
import { makeInCache } from '../cache/make.js'
import { checkoutSumName, isCheckoutSumName } from '../cache/names.js'
import { machine } from '../machine.js'
import type { LocateDaprdOptions } from '../options.js'
import { sha256OfFile } from '../sha256.js'
import { checkVersion } from '../version.js'

/** How many builds of one checkout are kept: enough for those that other comparisons measure meanwhile. */
const kept = 3

type Options = Pick<LocateDaprdOptions, 'cacheFolder' | 'env' | 'signal'>

/**
 * Builds the daprd of a checkout as it stands. Go is always asked: its build cache decides what has to be compiled again.
 *
 * @param version that daprd is to report
 * @throws DaprPerfError with the last lines that go prints, or where what was built does not answer with its version;
 * MachineError where the machine is the cause
 */
export async function buildCheckout(
  folder: string,
  version: string,
  dependencies: Dependencies,
  options: Options,
): Promise<string> {
  const { cacheFolder, env, signal } = options
  const path = await makeInCache(cacheFolder, async (workFolder) => {
    const file = join(workFolder, 'daprd')
    await goBuild({
      program: 'daprd',
      output: file,
      workFolder,
      folder,
      version,
      target: machine,
      dependencies,
      env,
      signal,
    })
    await checkVersion(file, version, options)
    return { file, name: checkoutSumName('daprd', folder, await sha256OfFile(file), machine) }
  })
  await removeOldest(folder, cacheFolder)
  return path
}

async function removeOldest(folder: string, cacheFolder: string): Promise<void> {
  const names = (await readdir(cacheFolder)).filter((name) => isCheckoutSumName(name, 'daprd', folder))
  const paths = names.map((name) => join(cacheFolder, name))
  const dated = await Promise.all(paths.map(async (path) => ({ path, made: (await stat(path)).mtimeMs })))
  const oldest = dated.sort((a, b) => b.made - a.made).slice(kept)
  for (const { path } of oldest) await rm(path, { force: true })
}
