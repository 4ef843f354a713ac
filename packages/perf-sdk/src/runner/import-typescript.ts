import { pathToFileURL } from 'node:url'
import { register } from 'tsx/esm/api'

let isAble = false

/**
 * Imports a file of TypeScript. Each import after the first of them takes longer, also of JavaScript: what else is needed, such
 * as a platform, is better loaded before.
 */
export async function importTypeScript(file: string): Promise<{ default?: unknown }> {
  if (!isAble) register()
  isAble = true
  return import(pathToFileURL(file).href)
}
