import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const maxBytes = 16 * 1024

/** The last lines of a log file, indented; empty if the file is missing or empty. */
export function tailOf(file: string, lines = 10): string {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch {
    return ''
  }
  try {
    const { size } = fstatSync(descriptor)
    const buffer = Buffer.alloc(Math.min(size, maxBytes))
    readSync(descriptor, buffer, 0, buffer.length, size - buffer.length)
    return buffer
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .slice(-lines)
      .filter((line) => line !== '')
      .map((line) => `  ${line}`)
      .join('\n')
  } finally {
    closeSync(descriptor)
  }
}
