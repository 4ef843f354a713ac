import { InputError } from '@dapr-perf/errors'
import type { Case } from '../case/test-runner.js'
import { testerName } from '../description/apps.js'
import { buildingBlockOf, type Component } from '../description/component.js'
import { type DaprResource, metadataOf, titleOf } from '../description/dapr-resource.js'
import { outOfScope } from '../description/scopes.js'
import type { Target } from '../description/target.js'
import type { Environment } from '../model/environment.js'
import { cleanEnvironment } from '../process/environment.js'
import { isUsed } from './resource-use.js'
import { componentsOf, type SideSettings } from './variant.js'

/** Where the resources of a side are to be loaded. */
interface Place {
  case: Case
  settings: SideSettings
  platform: Environment['platform']
}

/**
 * Checks, before anything starts, that what a side was given as files is loaded by a sidecar of the case, and is used.
 *
 * @returns what may not be what the user expects, one line each
 * @throws InputError that names the file, what is wrong with it, and what the case has
 */
export function checkResources(place: Place): string[] {
  const { resources } = place.settings
  for (const resource of resources) {
    const problem = [twiceIn(resources, resource), ...problemsOf(resource, place)].find((one) => one)
    if (problem) throw new InputError(`${resource.source}: ${titleOf(resource)}: ${problem}`)
  }
  const sources = [...new Set(resources.map(({ source }) => source))]
  return sources.flatMap((source) =>
    unusedOf(
      source,
      resources.filter((resource) => resource.source === source),
      place,
    ),
  )
}

/** daprd and Kubernetes refuse two of a kind with one name, whatever their scopes. */
function twiceIn(resources: DaprResource[], { kind, name }: DaprResource): string | undefined {
  const same = resources.filter((other) => other.kind === kind && other.name === name)
  return same.length > 1 ? 'there are two of this name' : undefined
}

function problemsOf(resource: DaprResource, place: Place): (string | undefined)[] {
  const sidecars = sidecarsOf(place.case)
  return [
    outOfScope(resource.scopes, sidecars),
    ...(place.platform === 'kubernetes' ? [nameInCluster(resource)] : []),
    ...(resource.kind === 'Component'
      ? [
          otherBlock(resource, place),
          outOfScopeOfLoads(resource, place),
          secretStore(resource, place),
          ...variables(resource, place),
        ]
      : []),
  ]
}

function nameInCluster({ name }: DaprResource): string | undefined {
  const isPossible = /^[a-z0-9]([-a-z0-9.]{0,200}[a-z0-9])?$/.test(name)
  return isPossible
    ? undefined
    : 'on Kubernetes a name has lower case letters, digits, - and . only: give it another one'
}

/** A component that replaces one of the case has to do what that does. */
function otherBlock({ name, document }: DaprResource, { case: { components } }: Place): string | undefined {
  const replaced = components.find((component) => component.name === name)
  const own = buildingBlockOf({ typeName: document.spec.type as string })
  return replaced && buildingBlockOf(replaced) !== own
    ? `its type is ${document.spec.type}, but in the case ${name} is of type ${replaced.typeName}`
    : undefined
}

/** Loads call the sidecar of the load generator. */
function outOfScopeOfLoads({ name, scopes }: DaprResource, { case: { targets } }: Place): string | undefined {
  if (!targets || scopes.length === 0 || scopes.includes(testerName)) return undefined
  return componentsNamedBy(targets.dapr).includes(name)
    ? `its scopes (${scopes.join(', ')}) leave out ${testerName}, whose sidecar the loads call`
    : undefined
}

function componentsNamedBy(target: Target): string[] {
  if (target.kind === 'state') return [target.store]
  if (target.kind === 'publish') return [target.pubsub]
  return target.kind === 'store' ? componentsNamedBy(target.otherwise) : []
}

/** Without its secret store daprd never loads a component, and says so in its log only. */
function secretStore({ document }: DaprResource, place: Place): string | undefined {
  if (!metadataOf(document).some(({ secretKeyRef }) => secretKeyRef)) return undefined
  const builtIn = place.platform === 'kubernetes' ? 'kubernetes' : undefined
  const name = document.auth?.secretStore || builtIn
  if (!name)
    return 'its secretKeyRef needs auth.secretStore, the name of a secret store: on one machine Dapr has none of its own'
  const store = componentsOf(place.case.components, place, place.case).find((one) => one.name === name)
  if (store ? buildingBlockOf(store) === 'secretstores' : name === builtIn) return undefined
  return store
    ? `its auth.secretStore ${name} is no secret store, but of type ${store.typeName}`
    : `its auth.secretStore ${name} is not there: give that component, too`
}

/** A variable that is not set is an empty value to daprd. */
function variables({ document, scopes }: DaprResource, { case: of, settings, platform }: Place): string[] {
  const apps = [...of.initApps, ...of.apps].filter(
    ({ appName, daprEnabled }) => daprEnabled && (scopes.length === 0 || scopes.includes(appName)),
  )
  const everywhere = platform === 'local' ? Object.keys(cleanEnvironment('')) : []
  const lack = (name: string) =>
    apps.filter(({ daprEnv }) => !(name in settings.env || name in daprEnv || everywhere.includes(name)))
  return metadataOf(document).flatMap(({ value, envRef }) => {
    if (!envRef || value !== undefined) return []
    if (/^(APP_API_TOKEN|DAPR_.*|.* .*)$/i.test(envRef)) return [`daprd reads no envRef ${envRef}`]
    const names = lack(envRef).map(({ appName }) => appName)
    return names.length > 0
      ? [
          `its envRef ${envRef} is no variable of the sidecar of ${names.join(', ')}: set it with --a-env or --b-env`,
        ]
      : []
  })
}

/**
 * What nothing uses of a file or a folder.
 *
 * @throws InputError if that is all of it: then both sides would do the same
 */
function unusedOf(source: string, resources: DaprResource[], place: Place): string[] {
  const unused = resources.filter((resource) => !isUsed(resource, place))
  if (unused.length === 0) return []
  const what = `${source}: nothing in the case uses ${unused.map(titleOf).join(', ')}. ${contentOf(place.case)}`
  if (unused.length === resources.length && !hasCodeOfItsOwn(place.case)) throw new InputError(what)
  return [what]
}

/** An app or a test function of one's own may call the sidecar as it likes. */
const hasCodeOfItsOwn = ({ initApps, apps, test }: Case) =>
  test !== undefined ||
  [...initApps, ...apps].some(({ daprEnabled, imageName }) => daprEnabled && imageName === undefined)

function contentOf(of: Case): string {
  const sidecars = sidecarsOf(of)
  const named = (components: Component[]) => components.map(({ name, typeName }) => `${name} (${typeName})`)
  const components = of.components.length > 0 ? named(of.components).join(', ') : 'none'
  return `The case's components: ${components}; its apps with sidecars: ${sidecars.join(', ') || 'none'}`
}

const sidecarsOf = ({ initApps, apps }: Case) =>
  [...initApps, ...apps].filter(({ daprEnabled }) => daprEnabled).map(({ appName }) => appName)
