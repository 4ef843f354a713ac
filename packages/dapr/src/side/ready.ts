import { hasGo } from '../build/go.js'
import { cachedRelease } from '../locate/cached.js'
import { installedDaprd } from '../locate/installed.js'
import { search } from '../locate/places.js'
import { releasedDaprd } from '../locate/release.js'
import type { LocateDaprdOptions } from '../options.js'
import type { Known } from './build.js'
import type { Program } from './side.js'

/** Where a version as Dapr released it may come from. */
const places = [
  { name: '~/.dapr/bin', source: '~/.dapr/bin', find: installedDaprd },
  { name: 'cache', source: 'release', find: cachedRelease },
  { name: 'release', source: 'release', find: releasedDaprd },
] as const

/** The programs of all sides, where none has to be built: files of the user's, or versions that were all released. */
export async function takeReady(known: Known[], env: NodeJS.ProcessEnv): Promise<Program[] | undefined> {
  const kinds = new Set(known.map(({ meaning }) => meaning.is))
  // A release beside a file of the user's is the last resort: it may compare Go compilers, too.
  if (kinds.size > 1 && hasGo(env)) return undefined
  const programs: Program[] = []
  for (const { meaning, options } of known) {
    if (meaning.is === 'checkout' || meaning.is === 'commit') return undefined
    const program = meaning.is === 'program' ? meaning.program : await releaseOf(meaning.version, options)
    if (!program) return undefined
    programs.push(program)
  }
  return programs
}

async function releaseOf(version: string, options: LocateDaprdOptions): Promise<Program | undefined> {
  const found = await search(places, { ...options, version })
  return 'path' in found ? { path: found.path, version, source: found.place.source } : undefined
}
