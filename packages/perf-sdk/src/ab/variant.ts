import { isDeepStrictEqual } from 'node:util'
import type { Side } from '@dapr-perf/dapr'
import type { Component } from '../case/component.js'
import { type Configuration, defaultConfiguration, mergeConfigurations } from '../case/configuration.js'
import type { Case } from '../case/test-runner.js'
import type { VariantName } from './schema.js'

/** What one side of a comparison has besides its daprd. */
export interface SideSettings {
  /** Merged over the Configuration of the case's sidecars. */
  configuration: Configuration
  /** Environment variables of the sidecars, besides the case's. */
  env: Record<string, string>
  /** They replace those of the case that have the same names, or are added. */
  components: Component[]
}

/** One side of a comparison. */
export interface Variant {
  name: VariantName
  side: Side
  settings: SideSettings
}

/** The Configuration of a variant's sidecars: the default, the case's, and the side's. */
export const configurationOf = ({ configuration }: Case, { settings }: Variant): Configuration =>
  mergeConfigurations(mergeConfigurations(defaultConfiguration, configuration), settings.configuration)

/** The components of a variant's sidecars. */
export function componentsOf(ofCase: Component[], { settings: { components } }: Variant): Component[] {
  const replaced = new Set(components.map(({ name }) => name))
  return [...ofCase.filter(({ name }) => !replaced.has(name)), ...components]
}

/** Whether both are the same program with the same settings. */
export const isSameVariant = (a: Variant, b: Variant) =>
  a.side.sha256 === b.side.sha256 && isDeepStrictEqual(a.settings, b.settings)
