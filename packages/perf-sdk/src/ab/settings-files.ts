import { readFile } from 'node:fs/promises'
import { InputError } from '@dapr-perf/errors'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { type Component, componentDescription } from '../description/component.js'
import { type Configuration, configurationDescription } from '../description/configuration.js'

const componentResource = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    type: z.string(),
    version: z.string().optional(),
    metadata: z
      .array(
        z.strictObject(
          { name: z.string(), value: z.union([z.string(), z.number(), z.boolean()]).transform(String) },
          'expected a name and a value (secrets are not read)',
        ),
      )
      .default([]),
  }),
  scopes: z.array(z.string()).default([]),
})

/**
 * Reads a Dapr Configuration from a YAML file: the resource, or its `spec` alone.
 *
 * @param flag that names the file, for the error
 * @throws InputError that names the file and what is wrong
 */
export async function readConfigurationFile(file: string, flag: string): Promise<Configuration> {
  const documents = await readResources(file, flag)
  const [document, second] = documents
  if (!document || second)
    throw new InputError(`${flag} ${file}: expected one Configuration, not ${documents.length}`)
  const isResource = ['apiVersion', 'kind', 'metadata', 'spec'].some((key) => key in document)
  if (isResource && document.kind !== 'Configuration')
    throw new InputError(`${flag} ${file}: expected kind: Configuration, not ${document.kind ?? 'none'}`)
  return parse(configurationDescription, isResource ? (document.spec ?? {}) : document, file, flag)
}

/**
 * Reads Dapr Components from a YAML file.
 *
 * @param flag that names the file, for the error
 * @throws InputError that names the file and what is wrong
 */
export async function readComponentFile(file: string, flag: string): Promise<Component[]> {
  const documents = await readResources(file, flag)
  if (documents.length === 0) throw new InputError(`${flag} ${file}: there is no component in it`)
  return documents.map((document) => {
    if (document.kind !== 'Component')
      throw new InputError(`${flag} ${file}: expected kind: Component, not ${document.kind ?? 'none'}`)
    const { metadata, spec, scopes } = parse(componentResource, document, file, flag)
    const description = {
      name: metadata.name,
      typeName: spec.type,
      ...(spec.version && { version: spec.version }),
      metadata: Object.fromEntries(spec.metadata.map(({ name, value }) => [name, value])),
      scopes,
    }
    return parse(componentDescription, description, file, flag)
  })
}

async function readResources(file: string, flag: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new InputError(`${flag} ${file}: ${error.message}`, { cause: error })
  })
  const documents = parseAllDocuments(text)
  const errors = 'empty' in documents ? [] : documents.flatMap(({ errors }) => errors)
  if (errors[0]) throw new InputError(`${flag} ${file}: ${errors[0].message}`)
  const values = [...documents]
    .map((document) => document.toJS() as unknown)
    .filter((value) => value !== null)
  return values.map((value) =>
    parse(z.record(z.string(), z.unknown(), 'expected a YAML mapping'), value, file, flag),
  )
}

function parse<T>(schema: z.ZodType<T>, value: unknown, file: string, flag: string): T {
  const { data, error } = schema.safeParse(value)
  if (error) throw new InputError(`${flag} ${file}: ${z.prettifyError(error)}`)
  return data as T
}
