import type { Case } from '../case/test-runner.js'
import { buildingBlockOf, type Component, fieldOf } from '../description/component.js'
import type { Configuration } from '../description/configuration.js'
import type { DaprResource } from '../description/dapr-resource.js'
import { componentsOf, configurationOf, type SideSettings } from './variant.js'

interface Place {
  case: Case
  settings: SideSettings
}

const uses = { Component: isComponentUsed, Resiliency: isResiliencyUsed, Subscription: hasPubsub }

/** Whether a resource of a side does something in a case. */
export const isUsed = (resource: DaprResource, place: Place): boolean => uses[resource.kind](resource, place)

/** The case has it, an input binding acts by itself, and others have to be named by what does. */
function isComponentUsed({ name }: DaprResource, place: Place): boolean {
  const { case: of, settings } = place
  const components = componentsOf(of.components, place, of)
  const own = components.find((component) => component.name === name) as Component
  return (
    of.components.some((component) => component.name === name) ||
    isInputBinding(own) ||
    handlersOf(configurationOf(of, place)).includes(name) ||
    settings.resources.some(
      ({ kind, document }) => kind === 'Subscription' && document.spec.pubsubname === name,
    ) ||
    components.some((other) => other !== own && namedBy(other).includes(name))
  )
}

const isInputBinding = (component: Component) =>
  buildingBlockOf(component) === 'bindings' && !/^\s*output\s*$/i.test(fieldOf(component, 'direction') ?? '')

/** The middleware of a Configuration. */
const handlersOf = ({ httpPipeline, appHttpPipeline }: Configuration): string[] =>
  [httpPipeline, appHttpPipeline].flatMap((pipeline) => {
    const { handlers } = (pipeline ?? {}) as { handlers?: { name: string }[] }
    return (handlers ?? []).map((handler) => handler.name)
  })

/** Other components that a component refers to: its secret store, and the pub/sub of its outbox. */
const namedBy = (component: Component): (string | undefined)[] => [
  component.resource?.document.auth?.secretStore,
  fieldOf(component, 'outboxPublishPubsub'),
  fieldOf(component, 'outboxPubsub'),
]

/** It has policies for an app or a component of the case, or for all of a kind; apps of one's own may have actors. */
function isResiliencyUsed({ document }: DaprResource, { case: of, settings }: Place): boolean {
  const { policies, targets } = document.spec as {
    policies?: Record<string, Record<string, unknown>>
    targets?: { apps?: object; components?: object }
  }
  const isForAll = Object.values(policies ?? {}).some((ofKind) =>
    Object.keys(ofKind ?? {}).some((name) => /^(Default\w*Policy|DaprBuiltIn\w+)$/.test(name)),
  )
  const names = [
    ...[...of.initApps, ...of.apps].filter(({ daprEnabled }) => daprEnabled).map(({ appName }) => appName),
    ...componentsOf(of.components, { settings }, of).map(({ name }) => name),
  ]
  const targeted = [...Object.keys(targets?.apps ?? {}), ...Object.keys(targets?.components ?? {})]
  return isForAll || targeted.some((name) => names.includes(name))
}

function hasPubsub({ document }: DaprResource, place: Place): boolean {
  const components = componentsOf(place.case.components, place, place.case)
  return components.some(
    (component) => component.name === document.spec.pubsubname && buildingBlockOf(component) === 'pubsub',
  )
}
