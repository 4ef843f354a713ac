import { access } from 'node:fs/promises'
import { type GivenSide, resolveSides, type Side, type Sides } from '@dapr-perf/dapr'
import type { ReportEvent } from '../model/event.js'
import { isScript } from '../process/is-script.js'

/** The daprd of one side: a program, or an image. */
export interface SideDaprd extends Partial<Omit<Side, 'text' | 'source'>> {
  text: string
  source: Side['source'] | 'image'
  /** On Kubernetes the reference of its image. */
  image?: string
}

/** The daprds of both sides, and how they were built differently, in plain sentences. */
export interface SideDaprds {
  a: SideDaprd
  b: SideDaprd
  differences: string[]
}

/** Makes the programs of both sides available. */
export type ProvideSides = (a: GivenSide, b: GivenSide, report: ReportEvent) => Promise<SideDaprds>

interface SideOptions {
  signal: AbortSignal
  report: ReportEvent
}

/** Both sides as programs on this machine; see `resolveSides`. */
export async function providePrograms(
  a: GivenSide,
  b: GivenSide,
  { signal, report }: SideOptions,
): Promise<Sides> {
  const sides = await resolveSides(a, b, { signal, report: (what) => report({ kind: 'step', what }) })
  return { ...sides, differences: [...sides.differences, ...(await scriptsAmong(sides))] }
}

/** A program that a script starts can't be copied, as others are for each block. */
async function scriptsAmong({ a, b }: Pick<Sides, 'a' | 'b'>): Promise<string[]> {
  const areScripts = await Promise.all([a, b].map(({ path }) => isScript(path)))
  return ['A', 'B']
    .filter((_, index) => areScripts[index])
    .map(
      (name) =>
        `${name} is a script: the program that it starts is no new file in each block, and may be some percent faster or slower for that`,
    )
}

/**
 * Both sides as images. What is no image already is provided as a program, and put into one.
 *
 * @param makeImage makes an image of a program that the cluster can pull, and returns its reference
 */
export async function provideImages(
  a: GivenSide,
  b: GivenSide,
  options: SideOptions & { makeImage(side: Side): Promise<string> },
): Promise<SideDaprds> {
  const [isImageA, isImageB] = [await isImage(a), await isImage(b)]
  const ofImage = ({ text }: GivenSide): SideDaprd => ({ text, source: 'image', image: text })
  if (isImageA && isImageB) return { a: ofImage(a), b: ofImage(b), differences: [] }
  const programs = await providePrograms(isImageA ? b : a, isImageB ? a : b, options)
  const images = new Map<string, string>()
  const withImage = async (side: Side): Promise<SideDaprd> => {
    const image = images.get(side.sha256) ?? (await options.makeImage(side))
    images.set(side.sha256, image)
    return { ...side, image }
  }
  return {
    a: isImageA ? ofImage(a) : await withImage(programs.a),
    b: isImageB ? ofImage(b) : await withImage(programs.b),
    differences: [
      ...programs.differences,
      ...(isImageA || isImageB
        ? [
            `${isImageA ? 'A' : 'B'} is an image, and the other side is not: how its daprd was built is unknown`,
          ]
        : []),
    ],
  }
}

/** The reference of an image has a tag or a digest, which no version and no CHECKOUT@REF has. A path that exists is none. */
async function isImage({ text }: GivenSide): Promise<boolean> {
  const isReference = /^[\w.-]+(:\d+)?(\/[\w.-]+)*(:\w[\w.-]{0,127}|@sha256:[0-9a-f]{64})$/.test(text)
  if (!isReference) return false
  return access(text).then(
    () => false,
    () => true,
  )
}
