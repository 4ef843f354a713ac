import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

const known = new Map<string, Promise<string>>()

/** The SHA-256 of a file, in hexadecimal; undefined if it can't be read. A file that hasn't changed is read only once. */
export async function sha256Of(file: string): Promise<string | undefined> {
  try {
    const { mtimeMs, size } = await stat(file)
    const key = `${file} ${mtimeMs} ${size}`
    const sum = known.get(key) ?? read(file)
    known.set(key, sum)
    return await sum
  } catch {
    return undefined
  }
}

async function read(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash)
  return hash.digest('hex')
}
