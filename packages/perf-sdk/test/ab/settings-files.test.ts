import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readComponentFile, readConfigurationFile } from '../../src/ab/settings-files.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dapr-perf-settings-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function fileOf(text: string): string {
  const file = join(folder, 'file.yaml')
  writeFileSync(file, text)
  return file
}

const tracing = 'tracing:\n  samplingRate: "1"\n'
const configuration = `apiVersion: dapr.io/v1alpha1
kind: Configuration
metadata: { name: any }
spec:
  tracing: { samplingRate: "1" }
`
const component = `apiVersion: dapr.io/v1alpha1
kind: Component
metadata: { name: statestore }
spec:
  type: state.redis
  version: v1
  metadata:
    - { name: redisHost, value: "127.0.0.1:6379" }
    - { name: maxRetries, value: 3 }
scopes: [tester]
`

it.each([
  ['a resource', configuration],
  ['a spec alone', tracing],
])('a Configuration is read from %s', async (_, text) => {
  expect(await readConfigurationFile(fileOf(text), '--b-config')).toEqual({ tracing: { samplingRate: '1' } })
})

it('components are read from one file, with values that are no strings', async () => {
  const file = fileOf(`${component}---\n${component.replace('statestore', 'other')}`)
  const [first, second] = await readComponentFile(file, '--b-component')
  expect(first).toEqual({
    name: 'statestore',
    typeName: 'state.redis',
    version: 'v1',
    metadata: { redisHost: '127.0.0.1:6379', maxRetries: '3' },
    scopes: ['tester'],
  })
  expect(second?.name).toBe('other')
})

it.each([
  ['--b-config', '{', /file\.yaml: /],
  ['--b-config', '- a', /expected a YAML mapping/],
  ['--b-config', '', /expected one Configuration, not 0/],
  ['--b-config', `${tracing}---\n${tracing}`, /expected one Configuration, not 2/],
  ['--b-config', component, /expected kind: Configuration, not Component/],
  ['--b-config', 'spec: { tracing: { samplingRate: "1" } }', /expected kind: Configuration, not none/],
  ['--b-config', 'mtls: { enabled: true }', /is set by the platform/],
  ['--b-component', configuration, /expected kind: Component, not Configuration/],
  ['--b-component', '', /there is no component in it/],
  ['--b-component', component.replace('value: 3', 'secretKeyRef: { name: x }'), /secrets are not read/],
  ['--b-component', component.replace('state.redis', 'nothing'), /expected a component type/],
])('%s is refused with the reason: %j', async (flag, text, reason) => {
  const read = flag === '--b-config' ? readConfigurationFile : readComponentFile
  const error = await read(fileOf(text), flag).catch((one) => one)
  expect(error).toBeInstanceOf(InputError)
  expect(error.message).toMatch(reason)
  expect(error.message).toContain(`${flag} ${folder}`)
})

it('a file that does not exist is named', async () => {
  await expect(readComponentFile(join(folder, 'none.yaml'), '--a-component')).rejects.toThrow(
    /--a-component .*none\.yaml: ENOENT/,
  )
})
