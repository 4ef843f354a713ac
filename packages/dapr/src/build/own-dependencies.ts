import { sep } from 'node:path'
import { DaprPerfError } from '@dapr-perf/errors'
import type { Target } from '../machine.js'
import { messageOf } from '../message-of.js'
import type { DaprProgram } from '../program-names.js'
import { type GitOptions, git } from './git.js'
import { type GoOptions, runGo } from './go.js'
import { type Dependencies, listPackages } from './go-build.js'

/** A module that is built as it stands in a folder, whatever version of it go.mod requires. */
export interface LocalModule {
  /** Its name, such as `github.com/dapr/components-contrib`. */
  path: string
  folder: string
  /** The whole hash of the commit that is checked out there, where it is a git repository. */
  commit?: string
  /** Whether the folder differs from that commit. */
  dirty?: boolean
}

/** What decides the dependencies of a build, besides go.mod. */
export interface OwnDependencies {
  /** The path of the go.work that it was built with. */
  workspace?: string
  /** Whether dependencies came from a vendor folder. */
  vendor?: boolean
  /** Modules that lie outside of the checkout, by its go.work or by a replace line. */
  localModules?: LocalModule[]
}

interface FindOptions extends Pick<GoOptions, 'env' | 'signal'> {
  target: Target
}

/**
 * What the owner's `go build` would take a checkout's dependencies from. Other than that, go never changes its go.mod: where
 * GOFLAGS say -mod=mod, a go.mod that lacks something is an error.
 *
 * @throws DaprPerfError with the last lines that go prints, a MachineError where they name the machine as the cause
 */
export async function findOwnDependencies(
  folder: string,
  program: DaprProgram,
  { target, env, signal }: FindOptions,
): Promise<{ dependencies: Dependencies; found: OwnDependencies }> {
  const printed = await runGo(['env', '-json', 'GOWORK', 'GOFLAGS'], {
    cwd: folder,
    env,
    signal,
    ownWorkspace: true,
  })
  const { GOWORK = '', GOFLAGS = '' } = JSON.parse(printed)
  const workspace = GOWORK === 'off' ? '' : GOWORK
  const dependencies: Dependencies = {
    ownWorkspace: true,
    ...(/(^|[\s'"])--?mod=mod\b/.test(GOFLAGS) && { mod: 'readonly' }),
  }
  const modules = await listModules({ folder, program, target, dependencies, env, signal }).catch((error) => {
    if (!workspace || !(error instanceof DaprPerfError) || error.constructor !== DaprPerfError) throw error
    const message = `${messageOf(error)} (in the workspace ${workspace}; GOWORK=off builds without it)`
    throw new DaprPerfError(message, { cause: error })
  })
  const own = modules.at(-1)
  const outside = modules.filter(
    ({ path, version, folder: at }) =>
      path !== own?.path && !version && at && !at.startsWith(`${own?.folder}${sep}`),
  )
  const localModules: LocalModule[] = []
  for (const { path, folder: at } of outside) {
    localModules.push({ path, folder: at, ...(await commitIn(at, { env, signal })) })
  }
  return {
    dependencies,
    found: {
      ...(workspace && { workspace }),
      ...(modules.some(({ folder: at }) => !at) && { vendor: true }),
      ...(localModules.length > 0 && { localModules }),
    },
  }
}

/** What goes with "built as it stands", as the rest of a sentence. */
export function ownText({ workspace, vendor, localModules = [] }: OwnDependencies): string {
  return [
    ...(workspace ? [`, in the workspace ${workspace}`] : []),
    ...(vendor ? [', with dependencies from its vendor folder'] : []),
    ...localModules.map(({ path, folder }) => `, with ${path} in ${folder}`),
  ].join('')
}

interface ListedModule {
  path: string
  /** Empty for a module that is read from a folder of the user's. */
  version: string
  /** Empty for a module that is read from a vendor folder. */
  folder: string
}

const format =
  '{{with .Module}}{{.Path}}\t{{if .Replace}}{{.Replace.Version}}{{else}}{{.Version}}{{end}}\t{{.Dir}}{{end}}'

/** The modules that a program is built from, each once; its own is the last. */
async function listModules(build: Parameters<typeof listPackages>[1]): Promise<ListedModule[]> {
  const printed = await listPackages(format, build)
  const lines = printed.split('\n').filter(Boolean)
  const distinct = [...new Set(lines.reverse())].reverse()
  return distinct.map((line) => {
    const [path = '', version = '', folder = ''] = line.split('\t')
    return { path, version, folder }
  })
}

/** The state of a module's folder in its repository. */
async function commitIn(folder: string, options: GitOptions): Promise<Pick<LocalModule, 'commit' | 'dirty'>> {
  try {
    const commit = await git(folder, ['rev-parse', '--verify', 'HEAD^{commit}'], options)
    const status = ['status', '--porcelain', '--untracked-files=normal', '--', '.']
    return { commit, dirty: (await git(folder, status, options)) !== '' }
  } catch {
    options.signal?.throwIfAborted()
    return {}
  }
}
