import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { provideImages } from '../../src/ab/sides.js'

const side = (label: string, text: string) => ({ label, text })
const options = {
  signal: new AbortController().signal,
  report: () => {},
  makeImage: async () => 'made',
}

it.each([
  'localhost:5000/daprd:dev',
  'ghcr.io/dapr/daprd:1.18.2',
  'daprd:1.18.2-mariner',
  `daprio/daprd@sha256:${'0'.repeat(64)}`,
])('%s is an image, and stays what it is', async (image) => {
  const { a, b, differences } = await provideImages(side('--a', image), side('--b', 'x/daprd:1'), options)
  expect(a).toEqual({ text: image, source: 'image', image })
  expect(b.image).toBe('x/daprd:1')
  expect(differences).toEqual([])
})

it('a reference without tag and digest is none', async () => {
  const both = provideImages(side('--a', 'x/daprd:1'), side('--b', 'localhost:5000/daprd'), options)
  await expect(both).rejects.toThrow('--b localhost:5000/daprd: ')
})

it('a path that exists is no image, whatever it is called', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sides-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = relative('', join(folder, 'daprd:1'))
  writeFileSync(path, '')
  const both = provideImages(side('--a', 'x/daprd:1'), side('--b', path), options)
  await expect(both).rejects.toThrow(`--b ${path}: `)
})
