import { join } from 'node:path'
import { addDaprd } from '../cache/add-daprd.js'
import { builtName } from '../cache/names.js'
import { machine } from '../machine.js'
import type { LocateDaprdOptions } from '../options.js'
import { checkVersion } from '../version.js'
import { requireGo } from './go.js'
import { type BuildSettings, buildSettings, goBuild } from './go-build.js'
import { downloadModule } from './module.js'

/** Sources of Dapr that don't change. */
export interface Sources {
  /** What the cache knows them by: a version, or the whole hash of a commit. */
  id: string
  /** The version that daprd is to report. */
  version: string
  /** Whether their vendor folder has their dependencies. */
  vendor?: boolean
  /** Provides them, in `workFolder` if need be. @returns the folder of their go.mod */
  provide: (workFolder: string) => Promise<string>
}

/** A daprd built from a version's own Go module, with the components and flags of Dapr's own releases. */
export async function builtDaprd(options: LocateDaprdOptions): Promise<string> {
  const { version, env, signal, goModule, report } = options
  requireGo(env)
  report(`building ${version} from source (about 5 minutes, only the first time)`)
  const { folder } = await downloadModule(version, goModule, { env, signal })
  const settings = await buildSettings(machine, { cwd: folder, env, signal })
  return buildDaprd({ id: version, version, provide: async () => folder }, settings, options)
}

/**
 * The daprd of these sources, built with these settings: from the cache, or else built into it.
 *
 * @throws DaprPerfError with the last lines that go prints, or where what was built does not answer with its version;
 * MachineError where the machine is the cause
 */
export async function buildDaprd(
  { id, version, vendor, provide }: Sources,
  settings: BuildSettings,
  options: Pick<LocateDaprdOptions, 'cacheFolder' | 'env' | 'signal'>,
): Promise<string> {
  const { cacheFolder, env, signal } = options
  const name = builtName('daprd', id, `${vendor ? 'vendor.' : ''}${settings.name}`, machine)
  const cached = join(cacheFolder, name)
  if (await isVersion(cached, version, options)) return cached
  return addDaprd(name, { ...options, version }, async (workFolder) => {
    const output = join(workFolder, 'daprd')
    const folder = await provide(workFolder)
    await goBuild({
      ...{ program: 'daprd', output, workFolder, folder, version, target: machine, env, signal },
      ...(vendor && { dependencies: { mod: 'vendor', ownWorkspace: false } }),
    })
    return output
  })
}

async function isVersion(...[path, version, options]: Parameters<typeof checkVersion>): Promise<boolean> {
  try {
    await checkVersion(path, version, options)
    return true
  } catch {
    options.signal?.throwIfAborted()
    return false
  }
}
