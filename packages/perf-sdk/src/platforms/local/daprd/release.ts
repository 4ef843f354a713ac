import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { extract } from 'tar'
import { DaprPerfError } from '../../../errors.js'
import { addToCache } from './cache.js'
import { download } from './download.js'
import { machine } from './machine.js'
import type { LocateDaprdOptions } from './options.js'

/** The daprd of Dapr's official release, checked against the sum published beside it. */
export async function releasedDaprd(options: LocateDaprdOptions): Promise<string> {
  const url = `${options.releaseUrl}/v${options.version}/daprd_${machine.os}_${machine.arch}.tar.gz`
  return addToCache(options, async (folder) => {
    options.report(`downloading ${url}`)
    const archive = join(folder, 'daprd.tar.gz')
    const published = await publishedSum(`${url}.sha256`, folder, options)
    await download(url, archive, options)
    const sum = await sha256(archive)
    if (sum !== published) throw new DaprPerfError(`${url} has the sha256 ${sum}, published is ${published}`)
    await extract({ file: archive, cwd: folder, strict: true, filter: (path) => normalize(path) === 'daprd' })
    const daprd = join(folder, 'daprd')
    if (!existsSync(daprd)) throw new DaprPerfError(`${url} holds no daprd`)
    return daprd
  })
}

async function publishedSum(url: string, folder: string, options: LocateDaprdOptions): Promise<string> {
  const file = join(folder, 'sha256')
  await download(url, file, options)
  const [sum] = (await readFile(file, 'utf8')).trim().toLowerCase().split(/\s+/)
  if (!/^[0-9a-f]{64}$/.test(sum ?? '')) throw new DaprPerfError(`${url} does not hold a sha256`)
  return sum as string
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
