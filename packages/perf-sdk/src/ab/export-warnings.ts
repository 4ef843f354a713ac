import type { Case } from '../case/test-runner.js'
import type { VariantName } from '../model/block.js'
import type { ReportEvent } from '../model/event.js'
import { appsOf } from '../platforms/platform.js'
import type { Observations } from '../results/observations.js'
import { exportersOf, failedExports, unreachable } from '../runner/trace-exports.js'
import { logsOf } from './running.js'
import { configurationOf, type Variant } from './variant.js'

interface Options {
  variants: Record<VariantName, Variant>
  /** Of the results of the case. */
  folder: string
  report: ReportEvent
}

/** Warns of variants that export traces to where they can't. */
export class ExportWarnings {
  /** Variants that export traces, and were not seen to fail. */
  readonly #unseen: Set<VariantName>

  constructor(
    private readonly description: Case,
    private readonly options: Options,
  ) {
    this.#unseen = new Set((['a', 'b'] as const).filter((name) => this.#exportersOf(name).length > 0))
  }

  /** Before anything runs, on the machine on which it will. */
  async warnBefore(observations: Observations): Promise<void> {
    for (const name of this.#unseen) {
      for (const text of await unreachable(this.#exportersOf(name))) {
        const what = `${name.toUpperCase()}: ${text}`
        this.options.report({ kind: 'note', what })
        await observations.add({ kind: 'warning', what })
      }
    }
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

  #exportersOf(name: VariantName) {
    const variant = this.options.variants[name]
    return exportersOf(
      appsOf(this.description),
      configurationOf(this.description, variant),
      variant.settings.env,
    )
  }
}
