import { copyFile, mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, onTestFinished, test } from 'vitest'
import { cleanCache } from '../../src/cache/clean.js'
import { releasedName, sandbox } from '../sandbox.js'

async function cacheOf(files: string[]) {
  const { cacheFolder } = (await sandbox()).options
  await mkdir(cacheFolder)
  for (const name of files) await writeFile(join(cacheFolder, name), '12345')
  return cacheFolder
}

test('programs are removed from the cache, and nothing else', async () => {
  const folder = await cacheOf([releasedName, 'daprd', 'notes.txt'])
  await mkdir(join(folder, 'daprd-1.18.2-linux-amd64')) // a folder

  expect(await cleanCache(folder)).toEqual({
    folder,
    removed: [{ name: releasedName, bytes: 5 }],
    abandoned: [],
    inUse: [],
  })
  expect((await readdir(folder)).sort()).toEqual(['daprd', 'daprd-1.18.2-linux-amd64', 'notes.txt'])
})

test('what a live build makes stays, what a killed one left does not', async () => {
  const folder = await cacheOf([])
  const [live, killed] = [join(folder, 'making-daprd-live'), join(folder, 'making-daprd-killed')]
  for (const one of [live, killed]) await mkdir(one)
  const twoDaysAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000)
  await utimes(killed, twoDaysAgo, twoDaysAgo)

  expect(await cleanCache(folder)).toMatchObject({ removed: [], abandoned: [killed] })
  expect(await readdir(folder)).toEqual(['making-daprd-live'])
})

test('a program that is running stays', async () => {
  const folder = await cacheOf([])
  const path = join(folder, releasedName)
  await copyFile('/bin/sleep', path)
  const program = execa(path, ['1000'], { reject: false })
  onTestFinished(() => void program.kill('SIGKILL'))
  await new Promise((resolve) => program.once('spawn', resolve))

  expect(await cleanCache(folder)).toMatchObject({ removed: [], inUse: [releasedName] })
  expect(await readdir(folder)).toEqual([releasedName])
})

test('a cache that does not exist is clean, and is not made', async () => {
  const { cacheFolder } = (await sandbox()).options
  expect(await cleanCache(cacheFolder)).toEqual({
    folder: cacheFolder,
    removed: [],
    abandoned: [],
    inUse: [],
  })
})
