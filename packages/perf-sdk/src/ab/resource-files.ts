import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import { z } from 'zod'
import {
  type DaprDocument,
  type DaprKind,
  type DaprResource,
  daprApiVersions,
  titleOf,
} from '../description/dapr-resource.js'
import { parse, readDocuments, type YamlDocument } from './yaml-documents.js'

const kinds = Object.keys(daprApiVersions) as DaprKind[]
const fieldsOf = z.record(z.string(), z.unknown()).nullish()

/** The fields that are read here; all others are Dapr's business. */
const specs: Record<DaprKind, z.ZodType> = {
  Component: z.looseObject({
    type: z.string().regex(/^[^.\s]+\.\S+$/, "expected a component type such as 'state.in-memory'"),
    version: z.string().optional(),
    metadata: z
      .array(
        z.looseObject({
          name: z.string(),
          secretKeyRef: z.looseObject({ name: z.string(), key: z.string().optional() }).optional(),
          envRef: z.string().optional(),
        }),
      )
      .nullish(),
  }),
  Resiliency: z.looseObject({
    policies: fieldsOf,
    targets: z.looseObject({ apps: fieldsOf, actors: fieldsOf, components: fieldsOf }).nullish(),
  }),
  Subscription: z.looseObject({ pubsubname: z.string(), topic: z.string() }),
}

const name = z
  .string()
  .regex(/^(?!\.{1,2}$)[^/%]+$/, 'expected a name without / and %, and not . or .., as Dapr does')

const resource = (kind: DaprKind) =>
  z.looseObject({
    metadata: z.looseObject({ name }),
    spec: specs[kind],
    auth: z.looseObject({ secretStore: z.string().optional() }).optional(),
    scopes: z.array(z.string()).nullish(),
  })

/**
 * Reads Dapr's resources (Components, Resiliencies and Subscriptions) from a YAML file, or from the YAML files that are
 * right in a folder, in the order of their names, as daprd's --resources-path does.
 *
 * @param flag that names the path, for errors
 * @throws InputError that names the path and what is wrong
 */
export async function readResources(path: string, flag: string): Promise<DaprResource[]> {
  const source = `${flag} ${path}`
  const resources = []
  for (const file of await filesAt(path, source)) {
    const place = file === path ? source : `${flag} ${file}`
    for (const document of await readDocuments(file, place))
      resources.push({ ...parseResource(document, place), source })
  }
  if (resources.length === 0)
    throw new InputError(`${source}: there is none of Dapr's resources in it: expected ${kinds.join(', ')}`)
  return resources
}

async function filesAt(path: string, source: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path]
    const names = (await readdir(path)).filter((one) => /\.ya?ml$/i.test(one))
    return names.sort().map((one) => join(path, one))
  } catch (error) {
    throw new InputError(`${source}: ${(error as Error).message}`, { cause: error })
  }
}

function parseResource({ value, text }: YamlDocument, place: string): Omit<DaprResource, 'source'> {
  const kind = kinds.find((known) => known === value.kind)
  if (!kind) throw new InputError(`${place}: ${unknownKind(value.kind)}`)
  const { metadata, scopes } = parse(resource(kind), value, place)
  const versions: readonly unknown[] = daprApiVersions[kind]
  if (!versions.includes(value.apiVersion))
    throw new InputError(
      `${place}: ${titleOf({ kind, name: metadata.name })} has apiVersion ${value.apiVersion ?? 'none'}, which daprd would not read: expected ${versions.join(' or ')}`,
    )
  const document = value as unknown as DaprDocument
  return { kind, name: metadata.name, scopes: scopes ?? [], document, yaml: text }
}

function unknownKind(kind: unknown): string {
  const expected = `expected kind: ${kinds.join(', ')}, not ${kind ?? 'none'}`
  return kind === 'Configuration' ? `${expected}, which --a-config and --b-config take` : expected
}
