import type { Case } from '../case/test-runner.js'
import type { VariantName } from '../model/block.js'
import { appsOf } from '../platforms/platform.js'
import type { Observations } from '../results/observations.js'
import { exportersOf, failedExports, unreachable } from '../runner/trace-exports.js'
import { logsOf } from './running.js'
import { configurationOf, type Variant } from './variant.js'

interface Options {
  variants: Record<VariantName, Variant>
  /** Of the results of the case. */
  folder: string
}

const variantNames = ['a', 'b'] as const

/** Where variants export traces to and can't, in words, before anything runs. */
export async function unreachableExporters(
  description: Case,
  variants: Options['variants'],
): Promise<string[]> {
  const ofVariants = variantNames.map(async (name) => {
    const texts = await unreachable(exportersIn(description, variants[name]))
    return texts.map((text) => `${name.toUpperCase()}: ${text}`)
  })
  return (await Promise.all(ofVariants)).flat()
}

const exportersIn = (description: Case, variant: Variant) =>
  exportersOf(appsOf(description), configurationOf(description, variant), variant.settings.env)

/** Warns of variants whose exports of traces failed. */
export class ExportWarnings {
  /** Variants that export traces, and were not seen to fail. */
  readonly #unseen: Set<VariantName>

  constructor(
    description: Case,
    private readonly options: Options,
  ) {
    this.#unseen = new Set(
      variantNames.filter((name) => exportersIn(description, options.variants[name]).length > 0),
    )
  }

  /** After a block, whose sidecars have ended and then exported what was left: of the first one in which a variant failed. */
  async warnAfter(block: number, observations: Observations): Promise<void> {
    for (const name of this.#unseen) {
      const text = await failedExports(logsOf(this.options.folder, block, name))
      if (text === undefined) continue
      this.#unseen.delete(name)
      const where = block === 0 ? 'the trial block' : `block ${block}`
      await observations.add({ kind: 'warning', what: `${name.toUpperCase()}: in ${where} ${text}` })
    }
  }
}
