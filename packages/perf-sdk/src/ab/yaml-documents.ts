import { readFile } from 'node:fs/promises'
import { InputError } from '@dapr-perf/errors'
import { parseAllDocuments, type Tags } from 'yaml'
import { z } from 'zod'

/** A document of a YAML file. */
export interface YamlDocument {
  value: Record<string, unknown>
  /** Its part of the file, as it stands there. */
  text: string
}

/**
 * Reads the documents of a YAML file, without the empty ones, as Dapr and Kubernetes read them: `yes` and `on` are true,
 * and `0777` is octal.
 *
 * @param source what names the file in errors
 * @throws InputError that names the source and what is wrong
 */
export async function readDocuments(file: string, source: string): Promise<YamlDocument[]> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new InputError(`${source}: ${error.message}`, { cause: error })
  })
  const documents = parseAllDocuments(text, { version: '1.1', customTags: asGoReads })
  const found = 'empty' in documents ? [] : documents
  const error = found.flatMap(({ errors }) => errors)[0]
  if (error) throw new InputError(`${source}: ${error.message}`)
  return found.flatMap((document) => {
    const value: unknown = document.toJS()
    if (value === null) return []
    const fields = parse(z.record(z.string(), z.unknown(), 'expected a YAML mapping'), value, source)
    return [{ value: fields, text: text.slice(document.range[0], document.range[2]) }]
  })
}

/** Go's YAML has neither times of day (`12:30`) nor dates: they are strings. */
const asGoReads = (tags: Tags): Tags =>
  tags.filter((tag) => typeof tag === 'string' || (tag.format !== 'TIME' && !tag.tag.endsWith(':timestamp')))

/** @throws InputError that names the source and each field that is wrong */
export function parse<T>(schema: z.ZodType<T>, value: unknown, source: string): T {
  const { data, error } = schema.safeParse(value)
  if (error) throw new InputError(`${source}: ${z.prettifyError(error)}`)
  return data as T
}
