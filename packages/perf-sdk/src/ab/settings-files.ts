import { InputError } from '@dapr-perf/errors'
import { type Configuration, configurationDescription } from '../description/configuration.js'
import { parse, readDocuments } from './yaml-documents.js'

/**
 * Reads a Dapr Configuration from a YAML file: the resource, or its `spec` alone.
 *
 * @param flag that names the file, for the error
 * @throws InputError that names the file and what is wrong
 */
export async function readConfigurationFile(file: string, flag: string): Promise<Configuration> {
  const source = `${flag} ${file}`
  const documents = await readDocuments(file, source)
  const [document, second] = documents.map(({ value }) => value)
  if (!document || second)
    throw new InputError(`${source}: expected one Configuration, not ${documents.length}`)
  const isResource = ['apiVersion', 'kind', 'metadata', 'spec'].some((key) => key in document)
  if (isResource && document.kind !== 'Configuration')
    throw new InputError(`${source}: expected kind: Configuration, not ${document.kind ?? 'none'}`)
  return parse(configurationDescription, isResource ? (document.spec ?? {}) : document, source)
}
