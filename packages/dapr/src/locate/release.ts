import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import { DaprPerfError } from '@dapr-perf/errors'
import { extract } from 'tar'
import { addDaprd } from '../cache/add-daprd.js'
import { releaseName } from '../cache/names.js'
import { machine } from '../machine.js'
import type { LocateDaprdOptions } from '../options.js'
import { sha256OfFile } from '../sha256.js'
import { download } from './download.js'

/** The daprd of Dapr's official release, verified against its published checksum. */
export async function releasedDaprd(options: LocateDaprdOptions): Promise<string> {
  const url = `${options.releaseUrl}/v${options.version}/daprd_${machine.os}_${machine.arch}.tar.gz`
  return addDaprd(releaseName(options.version), options, async (folder) => {
    options.report(`downloading ${url}`)
    const archive = join(folder, 'daprd.tar.gz')
    const published = await publishedChecksum(`${url}.sha256`, folder, options)
    await download(url, archive, options)
    const actual = await sha256OfFile(archive)
    if (actual !== published) {
      throw new DaprPerfError(`${url}: checksum mismatch: expected sha256 ${published}, got ${actual}`)
    }
    await extract({ file: archive, cwd: folder, strict: true, filter: (path) => normalize(path) === 'daprd' })
    const daprd = join(folder, 'daprd')
    if (!existsSync(daprd)) throw new DaprPerfError(`${url} contains no daprd`)
    return daprd
  })
}

async function publishedChecksum(url: string, folder: string, options: LocateDaprdOptions): Promise<string> {
  const file = join(folder, 'sha256')
  await download(url, file, options)
  const [checksum] = (await readFile(file, 'utf8')).trim().toLowerCase().split(/\s+/)
  if (!/^[0-9a-f]{64}$/.test(checksum ?? '')) throw new DaprPerfError(`${url} contains no sha256 checksum`)
  return checksum as string
}
