/** The kinds of Dapr's resources that can be given as files, each with the versions of them that daprd reads. */
export const daprApiVersions = {
  Component: ['dapr.io/v1alpha1'],
  Resiliency: ['dapr.io/v1alpha1'],
  Subscription: ['dapr.io/v2alpha1', 'dapr.io/v1alpha1'],
} as const

export type DaprKind = keyof typeof daprApiVersions

/** A resource of Dapr as a file has it: unlike a component of a case it may have any field that Dapr knows. */
export interface DaprResource {
  kind: DaprKind
  name: string
  /** The apps whose sidecars load it; all if empty. */
  scopes: string[]
  /** All of its fields. */
  document: DaprDocument
  /** Its part of the file, as it stands there. */
  yaml: string
  /** The flag and the path that it was given with, for messages: `--b-component state.yaml`. */
  source: string
}

export interface DaprDocument {
  apiVersion: string
  kind: string
  metadata: Record<string, unknown>
  spec: Record<string, unknown>
  auth?: { secretStore?: string }
}

/** A field of a component's metadata in such a document; the value is that of a secret or a variable if it refers to one. */
export interface MetadataField {
  name: string
  value?: unknown
  secretKeyRef?: { name: string; key?: string }
  envRef?: string
}

export const metadataOf = ({ spec }: DaprDocument): MetadataField[] =>
  (spec.metadata as MetadataField[] | undefined) ?? []

/** `Resiliency my-resiliency` */
export const titleOf = ({ kind, name }: Pick<DaprResource, 'kind' | 'name'>) => `${kind} ${name}`
