import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GoOptions } from '../build/go.js'
import { type BuildSettings, buildSettings } from '../build/go-build.js'
import { machine } from '../machine.js'

/** The settings that all builds of a comparison share, and the environment that makes them so. */
export interface SameGo {
  settings: BuildSettings
  env: NodeJS.ProcessEnv
}

/**
 * One Go for all builds: go takes a newer one than that on the PATH where a go.mod asks for it, and then the newest of
 * them has to build the others, too.
 *
 * @param all the settings that the builds would have by themselves
 */
export function sameGo(all: BuildSettings[], env: NodeJS.ProcessEnv): SameGo {
  const settings = all.reduce((newest, one) => (isNewer(one.goVersion, newest.goVersion) ? one : newest))
  const isSame = all.every(({ goVersion }) => goVersion === settings.goVersion)
  return { settings, env: isSame ? env : { ...env, GOTOOLCHAIN: settings.goVersion } }
}

/** How daprd would be built in a module, told from the text of its go.mod alone. @throws DaprPerfError where go fails */
export async function settingsFor(goMod: string, options: Omit<GoOptions, 'cwd'>): Promise<BuildSettings> {
  const folder = await mkdtemp(join(tmpdir(), 'dapr-perf-go-'))
  try {
    await writeFile(join(folder, 'go.mod'), goMod)
    return await buildSettings(machine, { ...options, cwd: folder })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const isNewer = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true }) > 0
