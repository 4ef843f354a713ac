import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { componentDescription, componentOfFile } from '../../../src/description/component.js'
import { writeSidecarFiles } from '../../../src/platforms/local/sidecar-files.js'
import type { Deployment } from '../../../src/platforms/platform.js'
import { resourceOf } from '../../ab/resources.js'

async function filesOf(deployment: Partial<Deployment>, name = 'dapr') {
  const folder = mkdtempSync(join(tmpdir(), 'dapr-perf-sidecar-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return writeSidecarFiles(join(folder, name), { components: [], configuration: {}, ...deployment })
}

/** As daprd reads it. */
const read = (file: string) => parse(readFileSync(file, 'utf8'), { version: '1.1' })

it.each([
  'no',
  'YES',
  'on',
  'Off',
  'y',
  'true',
  'null',
  '~',
  '0777',
  '0b11',
  '1_000',
  '1e3',
  '12:30',
  '2026-01-31',
  '=',
  '<<',
])('daprd reads the text %s as it is, in a component and in the Configuration', async (text) => {
  const metadata = { [text]: text }
  const component = componentDescription.parse({ name: 'on', typeName: 'state.redis', metadata })
  const configuration = { features: [{ name: text, enabled: true }] }
  const files = await filesOf({ components: [component], configuration })
  expect(read(join(files.components, 'on.yaml'))).toMatchObject({
    metadata: { name: 'on' },
    spec: { metadata: [{ name: text, value: text }] },
  })
  expect(read(files.configuration).spec.features).toEqual([{ name: text, enabled: true }])
})

it('the name registry is the file in the folder, whatever the folder is called', async () => {
  const files = await filesOf({}, 'a#b ?c=%20')
  const { connectionString } = read(files.configuration).spec.nameResolution.configuration
  expect(fileURLToPath(connectionString)).toBe(files.nameResolution)
  expect(connectionString).not.toMatch(/[?# ]/)
})

it('the name registry has no write-ahead log, which sidecars that start at the same moment can not all turn on', async () => {
  const files = await filesOf({})
  expect(read(files.configuration).spec.nameResolution.configuration).toMatchObject({ disableWAL: 'true' })
})

it('what was given as files is written as it stands there, each resource to a file of its own, in their order', async () => {
  const yaml = (name: string) =>
    `# ${name}, of its team\nkind: Component\nspec: { enabled: yes, of: 12345678901234567890 }\n`
  const [component, policies] = [
    { ...resourceOf('order_pub_sub', 'pubsub.redis'), yaml: yaml('order_pub_sub') },
    { ...resourceOf('../policies', undefined, { kind: 'Resiliency' }), yaml: yaml('policies') },
  ]
  const others = Array.from({ length: 9 }, () => policies)
  const { components: folder } = await filesOf({
    components: [
      componentDescription.parse({ name: 'own', typeName: 'state.in-memory' }),
      { ...componentOfFile(component), scopes: ['tester'] },
    ],
    resources: [...others, { ...policies, yaml: yaml('the last') }],
  })
  const names = readdirSync(folder)
  expect(names.filter((name) => name !== 'own.yaml')).toHaveLength(11)
  const texts = names
    .filter((name) => name !== 'own.yaml')
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
  expect(texts[0]).toBe(yaml('order_pub_sub'))
  expect(texts.at(-1)).toBe(yaml('the last'))
})
