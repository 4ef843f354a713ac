import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { machine } from '@dapr-perf/dapr'
import { expect, it, onTestFinished } from 'vitest'
import type { ImageBuilder, ImageToBuild } from '../src/images/builder.js'
import { buildImage, type Image } from '../src/images/image.js'

/** An image of one program, and a builder that keeps labels and programs. */
function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'dapr-perf-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const program = join(folder, 'daprd')
  const image: Image = {
    reference: 'localhost:5000/daprd:dev',
    dockerfile: 'dapr.Dockerfile',
    files: { daprd: program },
    baseImage: { reference: 'gcr.io/distroless/static' },
    labels: {},
    target: machine,
  }
  const built = new Map<string, { labels: ImageToBuild['labels']; program: string }>()
  const builder: ImageBuilder = {
    program: 'docker',
    async build({ reference, context, labels }) {
      built.set(reference, { labels, program: readFileSync(join(context, 'daprd'), 'utf8') })
    },
    labelOf: async (reference, name) => built.get(reference)?.labels[name],
    digestOf: async () => undefined,
    push: async () => {},
  }
  return { image, program, builder, built }
}

it('an image is built again only where its program has changed', async () => {
  const { image, program, builder, built } = setUp()
  const outcomes = []
  for (const text of ['one', 'one', 'other', 'one']) {
    writeFileSync(program, text)
    outcomes.push(await buildImage(image, builder, false))
    expect(built.get(image.reference)?.program).toBe(text)
  }
  expect(outcomes).toEqual(['built', 'unchanged', 'built', 'built'])
})

it('an image whose program another build replaces meanwhile is known by what it holds', async () => {
  const { image, program, builder, built } = setUp()
  writeFileSync(program, 'one')
  const replacing: ImageBuilder = {
    ...builder,
    async labelOf() {
      writeFileSync(program, 'other')
      return undefined
    },
  }
  expect(await buildImage(image, replacing, false)).toBe('built')
  expect(built.get(image.reference)?.program).toBe('other')
  writeFileSync(program, 'one')
  expect(await buildImage(image, builder, false)).toBe('built')
  expect(built.get(image.reference)?.program).toBe('one')
})
