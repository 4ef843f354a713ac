import { readFile } from 'node:fs/promises'
import { isAbsolute, join, normalize } from 'node:path'
import { DaprPerfError } from '@dapr-perf/errors'
import { checkOut } from '../build/check-out.js'
import { buildDaprd } from '../build/daprd.js'
import { type BuildSettings, buildSettings } from '../build/go-build.js'
import { parseGoMod } from '../build/go-mod.js'
import { downloadModule } from '../build/module.js'
import { findOwnDependencies, ownText } from '../build/own-dependencies.js'
import { machine } from '../machine.js'
import type { LocateDaprdOptions } from '../options.js'
import { buildCheckout } from './build-checkout.js'
import type { Identified } from './identify.js'
import { settingsFor } from './same-go.js'
import type { Program } from './side.js'

/** The sources of a side, on this machine. */
export interface SideSources {
  /** How go would build them by itself. @throws DaprPerfError where go fails */
  settings: () => Promise<BuildSettings>
  /** The version that daprd is to report. */
  version: string
  /** What is known of the commit that they are, and of what decides their dependencies. */
  origin: Omit<Program, 'path' | 'version' | 'source'>
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
  if (meaning.is === 'commit') return commitSources(meaning, options)
  return checkoutSources(meaning, options)
}

async function versionSources(version: string, options: LocateDaprdOptions): Promise<SideSources> {
  const { folder, commit } = await downloadModule(version, options.goModule, options)
  const goMod = await readFile(join(folder, 'go.mod'), 'utf8')
  return {
    settings: () => settingsFor(goMod, options),
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

async function commitSources(
  meaning: Extract<Identified, { is: 'commit' }>,
  options: LocateDaprdOptions,
): Promise<SideSources> {
  const { repository, commit, version, goMod, paths, submodules } = meaning
  if (submodules.length > 0) {
    throw new DaprPerfError(`it has submodules (${submodules.join(', ')}): check it out, and give its folder`)
  }
  if (paths.includes('go.work')) {
    throw new DaprPerfError(
      'it has a go.work, which may name folders outside of it: check it out, and give its folder',
    )
  }
  const vendor = paths.includes('vendor/modules.txt')
  const { folders } = await parseGoMod(goMod, options)
  const outside = folders.find((folder) => isAbsolute(folder) || /^\.\.(\/|$)/.test(normalize(folder)))
  if (outside !== undefined) {
    // What lies there is no part of the commit, nor beside our copy of it.
    throw new DaprPerfError(
      `its go.mod replaces a module by a folder outside of it (=> ${outside}): check it out`,
    )
  }
  return {
    settings: () => settingsFor(goMod, options),
    version,
    origin: { commit, ...(vendor && { vendor }) },
    build: (settings, buildOptions) => {
      const provide = async (workFolder: string) => {
        buildOptions.report(`building commit ${commit} (minutes the first time)`)
        const folder = join(workFolder, 'dapr')
        await checkOut(repository, commit, folder, buildOptions)
        return folder
      }
      return buildDaprd({ id: commit, version, vendor, provide }, settings, buildOptions)
    },
  }
}

async function checkoutSources(
  meaning: Extract<Identified, { is: 'checkout' }>,
  options: LocateDaprdOptions,
): Promise<SideSources> {
  const { folder, version, commit, dirty } = meaning
  const { dependencies, found } = await findOwnDependencies(folder, 'daprd', { ...options, target: machine })
  return {
    settings: () => buildSettings(machine, { ...options, cwd: folder, ownWorkspace: true }),
    version,
    origin: { ...(commit && { commit }), ...(dirty !== undefined && { dirty }), ...found },
    build: (_, buildOptions) => {
      buildOptions.report(`building ${folder} as it stands${ownText(found)} (minutes the first time)`)
      return buildCheckout(folder, version, dependencies, buildOptions)
    },
  }
}
