import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest'
import { pointLatestTo } from '../../src/results/files.js'

const symlink = vi.spyOn(promises, 'symlink')
syncBuiltinESMExports()
afterAll(() => {
  symlink.mockRestore()
  syncBuiltinESMExports()
})

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dapr-perf-results-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it.each(['no link', 'a link to an earlier run', 'a link to nothing'])(
  'latest is made where there is %s',
  async (what) => {
    if (what === 'a link to an earlier run') mkdirSync(join(folder, 'earlier'))
    if (what !== 'no link') symlinkSync('earlier', join(folder, 'latest'))
    expect(await pointLatestTo(folder, 'this-run')).toBe(true)
    expect(readlinkSync(join(folder, 'latest'))).toBe('this-run')
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([])
  },
)

it.each(['a folder', 'a file'])('%s named latest is left as it is', async (what) => {
  const latest = join(folder, 'latest')
  if (what === 'a folder') mkdirSync(join(latest, 'theirs'), { recursive: true })
  else writeFileSync(latest, 'theirs')
  expect(await pointLatestTo(folder, 'this-run')).toBe(false)
  expect(readdirSync(folder)).toEqual(['latest'])
})

it('on a disk without symbolic links there is no latest, and that is no error', async () => {
  symlink.mockRejectedValueOnce(Object.assign(new Error('not permitted'), { code: 'EPERM' }))
  expect(await pointLatestTo(folder, 'this-run')).toBe(false)
  expect(readdirSync(folder)).toEqual([])
  symlink.mockRejectedValueOnce(Object.assign(new Error('no space'), { code: 'EIO' }))
  await expect(pointLatestTo(folder, 'this-run')).rejects.toThrow('cannot write')
})
