import { dirname } from 'node:path'
import { type LocateDaprdOptions, withDefaults } from '../options.js'
import { sha256OfFile } from '../sha256.js'
import { buildAll, type Known } from './build.js'
import { type BuildInfo, readBuildInfo } from './build-info.js'
import { differencesOf } from './differences.js'
import { identify } from './identify.js'
import { takeReady } from './ready.js'
import { type GivenSide, nameOf, type Program, type Side } from './side.js'

/** The daprds of a comparison. */
export interface Sides {
  a: Side
  b: Side
  /** How they were built differently, in plain sentences; empty where they were built alike. */
  differences: string[]
}

/**
 * Provides the daprds of both sides of a comparison. Two versions are taken as Dapr released them, if both can be had so.
 * Else all versions, checkouts and commits are built alike: with the same Go, flags and tags, each in its own module. A
 * checkout as it stands is built with the go.work and the vendor folder that its owner's `go build` would take, nothing else
 * with a go.work. The user's checkout is not changed. Builds are cached by their sources and by how they are made, but for a
 * checkout as it stands, for which go is always asked.
 *
 * @param given `version`, `onlyReady`, and DAPR_PERF_DAPRD in `env`, mean nothing here
 * @throws InputError where a side is nothing that exists, before anything is built; BuildError where one can't be built
 * or does not answer with its version; MachineError where the machine is the cause, such as a full disk
 */
export async function resolveSides(
  a: GivenSide,
  b: GivenSide,
  given: Partial<LocateDaprdOptions> = {},
): Promise<Sides> {
  const options = await withDefaults(given)
  // The same text is looked for, and built, once.
  const distinct = a.text === b.text ? [a] : [a, b]
  const known: Known[] = []
  for (const side of distinct) {
    const report = (line: string) => options.report(`${nameOf(side)}: ${line}`)
    known.push({ side, meaning: await identify(side, options), options: { ...options, report } })
  }
  const programs = (await takeReady(known, options.env)) ?? (await buildAll(known, options.env))
  const read = await Promise.all(programs.map((program) => readProgram(program, options)))
  for (const [index, { options: ofSide }] of known.entries()) {
    const { source, version, path } = programs[index] as Program
    ofSide.report(`${source}: version ${version}, ${path}`)
  }
  const [first, last] = [read[0], read.at(-1)] as [ReadProgram, ReadProgram]
  return {
    a: sideOf(a, first),
    b: sideOf(b, last),
    differences: [...unreadCheckouts(known), ...(first === last ? [] : differencesOf(first, last))],
  }
}

/** Git may refuse a repository that another user owns, and then what was built is known by nothing but its sum. */
const unreadCheckouts = (known: Known[]) =>
  known.flatMap(({ side, meaning }) =>
    meaning.is === 'checkout' && meaning.unread !== undefined
      ? [
          `the commit of ${nameOf(side)} is not known, nor whether its files differ from it: git says ${meaning.unread}`,
        ]
      : [],
  )

/** A program, and what was read from its file. */
interface ReadProgram extends Program {
  sha256: string
  /** A text says why it can't be read. */
  info: BuildInfo | string
}

async function readProgram(program: Program, { env, signal }: LocateDaprdOptions): Promise<ReadProgram> {
  const { path } = program
  const [sha256, info] = await Promise.all([
    sha256OfFile(path),
    readBuildInfo(path, { cwd: dirname(path), env, signal }),
  ])
  return { ...program, sha256, info }
}

function sideOf({ text }: GivenSide, { info, ...program }: ReadProgram): Side {
  return { text, ...program, ...(typeof info === 'object' && { goVersion: info.goVersion }) }
}
