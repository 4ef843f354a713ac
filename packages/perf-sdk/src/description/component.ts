import { z } from 'zod'
import { kubernetesName } from './app.js'

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
export type Component = z.output<typeof componentDescription>

/** A field of a component's metadata; its name may be in upper or lower case, as for Dapr. */
export const fieldOf = ({ metadata }: Pick<Component, 'metadata'>, name: string): string | undefined =>
  Object.entries(metadata).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]

/** The `spec` of a component's resource. */
export const componentSpec = ({ typeName: type, version, metadata }: Component) => ({
  type,
  version,
  metadata: Object.entries(metadata).map(([name, value]) => ({ name, value })),
})
