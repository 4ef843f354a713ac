import { z } from 'zod'
import { kubernetesName } from './app.js'
import { type DaprResource, type MetadataField, metadataOf } from './dapr-resource.js'

/** A Dapr component of a case, with the fields of the Go suite's ComponentDescription. */
export const componentDescription = z.strictObject({
  name: kubernetesName,
  /** `state.in-memory`, `pubsub.redis`, …; `state` is a state store that the run chooses (--state-store). */
  typeName: z
    .string()
    .regex(/^(state|[a-z]+(\.[a-z0-9-]+)+)$/, "expected a component type such as 'state.in-memory'"),
  version: z
    .string()
    .regex(/^v\d+[a-z0-9]*$/)
    .default('v1'),
  metadata: z.record(z.string(), z.string()).default({}),
  /** The apps that can use it; all apps of the case if empty. */
  scopes: z.array(kubernetesName).default([]),
})

export type ComponentDescription = z.input<typeof componentDescription>
/** A component description with every default filled in. */
export type Component = z.output<typeof componentDescription> & {
  /** What it was read from, if it was given as a file: the sidecars get that, with all of its fields. */
  resource?: DaprResource
}

/** The component of a file; in its metadata a reference to a secret or a variable stands for the value. */
export function componentOfFile(resource: DaprResource): Component {
  const { name, scopes, document } = resource
  const { type, version } = document.spec as { type: string; version?: string }
  const metadata = Object.fromEntries(metadataOf(document).map((field) => [field.name, textOf(field)]))
  return { name, typeName: type, version: version ?? 'v1', metadata, scopes, resource }
}

function textOf({ value, secretKeyRef, envRef }: MetadataField): string {
  if (value !== undefined) return typeof value === 'object' ? JSON.stringify(value) : String(value)
  if (secretKeyRef) return `secretKeyRef ${[secretKeyRef.name, secretKeyRef.key].filter(Boolean).join(' ')}`
  return envRef ? `envRef ${envRef}` : ''
}

/** `state` of a component of type `state.redis`. */
export const buildingBlockOf = ({ typeName }: Pick<Component, 'typeName'>) => typeName.split('.')[0] as string

/** A field of a component's metadata; its name may be in upper or lower case, as for Dapr. */
export const fieldOf = ({ metadata }: Pick<Component, 'metadata'>, name: string): string | undefined =>
  Object.entries(metadata).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]

/** The `spec` of a component's resource. */
export const componentSpec = ({ typeName: type, version, metadata }: Component) => ({
  type,
  version,
  metadata: Object.entries(metadata).map(([name, value]) => ({ name, value })),
})
