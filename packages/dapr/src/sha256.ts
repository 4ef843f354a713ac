import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'

/** The SHA-256 of a file, in hexadecimal. */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash)
  return hash.digest('hex')
}

/** The first hexadecimal digits of a text's SHA-256, for names of files. */
export const shortHash = (text: string, digits: number) =>
  createHash('sha256').update(text).digest('hex').slice(0, digits)
