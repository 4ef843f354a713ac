import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DaprPerfError } from '@dapr-perf/errors'
import { buildDaprd } from '../build/daprd.js'
import { checkOut } from '../build/git.js'
import type { BuildSettings } from '../build/go-build.js'
import { downloadModule } from '../build/module.js'
import type { LocateDaprdOptions } from '../options.js'
import { buildCheckout } from './build-checkout.js'
import type { Identified } from './identify.js'
import type { Side } from './side.js'

/** The sources of a side, on this machine. */
export interface SideSources {
  /** The text of their go.mod. */
  goMod: string
  /** The version that daprd is to report. */
  version: string
  /** What is known of the commit that they are. */
  origin: Pick<Side, 'commit' | 'dirty'>
  /** Builds daprd, or finds it in the cache, built in the same way from the same sources. @returns its path */
  build: (settings: BuildSettings, options: LocateDaprdOptions) => Promise<string>
}

/**
 * The sources of a side that is not a daprd already.
 *
 * @throws InputError for a version that does not exist, DaprPerfError where its module can't be had
 */
export async function sourcesOf(
  meaning: Exclude<Identified, { is: 'program' }>,
  options: LocateDaprdOptions,
): Promise<SideSources> {
  if (meaning.is === 'version') return versionSources(meaning.version, options)
  if (meaning.is === 'commit') return commitSources(meaning)
  return checkoutSources(meaning)
}

async function versionSources(version: string, options: LocateDaprdOptions): Promise<SideSources> {
  const { folder, commit } = await downloadModule(version, options.goModule, options)
  return {
    goMod: await readFile(join(folder, 'go.mod'), 'utf8'),
    version,
    origin: { ...(commit && { commit }) },
    build: (settings, buildOptions) => {
      const provide = async () => {
        buildOptions.report(`building ${version} (minutes the first time)`)
        return folder
      }
      return buildDaprd({ id: version, version, provide }, settings, buildOptions)
    },
  }
}

function commitSources(meaning: Extract<Identified, { is: 'commit' }>): SideSources {
  const { repository, commit, version, goMod } = meaning
  const outside = /=>\s*(\.\.|\/)\S*/.exec(goMod.replaceAll(/\/\/.*/g, ''))
  if (outside) {
    // What lies there is no part of the commit, nor beside our copy of it.
    throw new DaprPerfError(
      `its go.mod replaces a module by a folder outside of it (${outside[0]}): check it out`,
    )
  }
  return {
    goMod,
    version,
    origin: { commit },
    build: (settings, options) => {
      const provide = async (workFolder: string) => {
        options.report(`building commit ${commit} (minutes the first time)`)
        const folder = join(workFolder, 'dapr')
        await checkOut(repository, commit, folder, options)
        return folder
      }
      return buildDaprd({ id: commit, version, provide }, settings, options)
    },
  }
}

async function checkoutSources(meaning: Extract<Identified, { is: 'checkout' }>): Promise<SideSources> {
  const { folder, version, commit, dirty } = meaning
  return {
    goMod: await readFile(join(folder, 'go.mod'), 'utf8'),
    version,
    origin: { ...(commit && { commit }), ...(dirty !== undefined && { dirty }) },
    build: (_, options) => {
      options.report(`building ${folder} as it stands (minutes the first time)`)
      return buildCheckout(folder, version, options)
    },
  }
}
