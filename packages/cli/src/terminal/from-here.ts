import { relative } from 'node:path'

/** A folder's path, relative to the working folder if it lies inside. */
export function fromHere(folder: string): string {
  const path = relative(process.cwd(), folder) || '.'
  return path.startsWith('..') ? folder : path
}
