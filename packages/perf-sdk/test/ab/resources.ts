import { type DaprKind, type DaprResource, daprApiVersions } from '../../src/description/dapr-resource.js'

interface ResourceOptions {
  kind?: DaprKind
  scopes?: string[]
  spec?: Record<string, unknown>
  auth?: { secretStore: string }
  source?: string
}

/** A resource as it is read from a file. @param type of a component */
export function resourceOf(
  name: string,
  type?: string,
  {
    kind = 'Component',
    scopes = [],
    spec = {},
    auth,
    source = '--b-component file.yaml',
  }: ResourceOptions = {},
): DaprResource {
  const document = {
    apiVersion: daprApiVersions[kind][0],
    kind,
    metadata: { name },
    spec: { ...(type && { type, version: 'v1' }), ...spec },
    ...(auth && { auth }),
    ...(scopes.length > 0 && { scopes }),
  }
  return { kind, name, scopes, document, yaml: JSON.stringify(document), source }
}
