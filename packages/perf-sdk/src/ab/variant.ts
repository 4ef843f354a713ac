import { isDeepStrictEqual } from 'node:util'
import type { GivenSide } from '@dapr-perf/dapr'
import type { Case } from '../case/test-runner.js'
import type { App } from '../description/app.js'
import { type Component, componentOfFile } from '../description/component.js'
import {
  type Configuration,
  defaultConfiguration,
  mergeConfigurations,
} from '../description/configuration.js'
import type { DaprResource } from '../description/dapr-resource.js'
import type { VariantName } from '../model/block.js'
import type { DaprdFile } from '../platforms/platform.js'
import { scopeToCase } from '../runner/components.js'
import type { SideDaprd } from './sides.js'

/** What one side of a comparison has besides its daprd. */
export interface SideSettings {
  /** Merged over the Configuration of the case's sidecars. */
  configuration: Configuration
  /** Environment variables of the sidecars, besides the case's. */
  env: Record<string, string>
  /** Flags of the sidecars, besides the case's; see `daprArgs` of an app. */
  args: Record<string, string>
  /** Of its sidecars, besides the case's components; a Component replaces the one of the case that has its name. */
  resources: DaprResource[]
}

/** What a user asks for on one side. */
export interface AskedSide {
  given: GivenSide
  settings: SideSettings
}

/** One side of a comparison. */
export interface Variant {
  name: VariantName
  side: SideDaprd
  settings: SideSettings
}

type Settings = Pick<Variant, 'settings'>
type Apps = Pick<Case, 'initApps' | 'apps'>

/** The Configuration of a variant's sidecars: the default, the case's, and the side's. */
export const configurationOf = (
  { configuration }: Pick<Case, 'configuration'>,
  { settings }: Settings,
): Configuration =>
  mergeConfigurations(mergeConfigurations(defaultConfiguration, configuration), settings.configuration)

/** The apps of a variant, whose sidecars have its flags and variables. */
export const appsWith = ({ args, env }: Pick<SideSettings, 'args' | 'env'>, apps: App[]): App[] =>
  apps.map((app) => ({
    ...app,
    daprArgs: { ...app.daprArgs, ...args },
    daprEnv: { ...app.daprEnv, ...env },
  }))

/** The components of a variant's sidecars, for the case's apps only: on Kubernetes others in the namespace would load them, too. */
export function componentsOf(
  ofCase: Component[],
  { settings: { resources } }: Settings,
  apps: Apps,
): Component[] {
  const components = resources.filter(({ kind }) => kind === 'Component').map(componentOfFile)
  const replaced = new Set(components.map(({ name }) => name))
  return scopeToCase([...ofCase.filter(({ name }) => !replaced.has(name)), ...components], apps)
}

/** What a variant's sidecars have besides the Configuration and components, for the case's apps only. */
export const otherResourcesOf = ({ settings: { resources } }: Settings, apps: Apps): DaprResource[] =>
  scopeToCase(
    resources.filter(({ kind }) => kind !== 'Component'),
    apps,
  )

/** Where a variant's daprd is. */
export const daprdOf = ({ side: { image, path, sha256 } }: Variant): DaprdFile => ({
  path: (image ?? path) as string,
  sha256,
})

/** Whether both are the same program with the same settings. */
export const isSameVariant = (a: Variant, b: Variant) =>
  (a.side.sha256 === undefined ? a.side.image === b.side.image : a.side.sha256 === b.side.sha256) &&
  isDeepStrictEqual(comparable(a.settings), comparable(b.settings))

/** Without where resources were read from. */
const comparable = ({ resources, ...settings }: SideSettings) => ({
  ...settings,
  resources: resources.map(({ document }) => document),
})
