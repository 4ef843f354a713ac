import type { BuildSettings } from '../build/go-build.js'
import type { LocateDaprdOptions } from '../options.js'
import { attempt } from './attempt.js'
import type { Identified } from './identify.js'
import { type SameGo, sameGo } from './same-go.js'
import type { GivenSide, Program } from './side.js'
import { sourcesOf } from './sources.js'

/** A side, and what its text means. */
export interface Known {
  side: GivenSide
  meaning: Identified
  /** With reports that name the side. */
  options: LocateDaprdOptions
}

/** A side that can be built: its sources are on this machine. */
interface Prepared {
  /** How go would build it by itself; undefined for a file of the user's, which stays what it is. */
  settings?: BuildSettings
  program: (go: SameGo) => Promise<Program>
}

/**
 * Builds all sides alike, one after the other.
 *
 * @param env the environment that go gets
 * @throws InputError for a version that does not exist, before anything is built; BuildError where a side can't be built;
 * MachineError where the machine is the cause
 */
export async function buildAll(known: Known[], env: NodeJS.ProcessEnv): Promise<Program[]> {
  const prepared: Prepared[] = []
  for (const one of known) prepared.push(await prepare(one))
  const go = sameGo(
    prepared.flatMap(({ settings }) => settings ?? []),
    env,
  )
  const programs: Program[] = []
  for (const { program } of prepared) programs.push(await program(go))
  return programs
}

async function prepare({ side, meaning, options }: Known): Promise<Prepared> {
  if (meaning.is === 'program') return { program: async () => meaning.program }
  const sources = await attempt(side, options.signal, () => sourcesOf(meaning, options))
  const { version, origin } = sources
  return {
    settings: await attempt(side, options.signal, sources.settings),
    program: ({ settings, env }) =>
      attempt(side, options.signal, async () => {
        const path = await sources.build(settings, { ...options, env })
        return { path, version, source: 'go build', ...origin }
      }),
  }
}
