import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readConfigurationFile } from '../../src/ab/settings-files.js'

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
const component = configuration.replace('Configuration', 'Component')

it.each([
  ['a resource', configuration],
  ['a spec alone', tracing],
])('a Configuration is read from %s', async (_, text) => {
  expect(await readConfigurationFile(fileOf(text), '--b-config')).toEqual({ tracing: { samplingRate: '1' } })
})

it.each([
  ['yes', true],
  ['off', false],
  ['0777', 511],
  ['12:30', '12:30'],
])('the value %s is read as Dapr reads it', async (text, value) => {
  const file = fileOf(`logging: { apiLogging: { enabled: ${text} } }`)
  expect(await readConfigurationFile(file, '--b-config')).toEqual({
    logging: { apiLogging: { enabled: value } },
  })
})

it.each([
  ['--b-config', '{', /file\.yaml: /],
  ['--b-config', '- a', /expected a YAML mapping/],
  ['--b-config', '', /expected one Configuration, not 0/],
  ['--b-config', `${tracing}---\n${tracing}`, /expected one Configuration, not 2/],
  ['--b-config', component, /expected kind: Configuration, not Component/],
  ['--b-config', 'spec: { tracing: { samplingRate: "1" } }', /expected kind: Configuration, not none/],
  ['--b-config', 'mtls: { enabled: true }', /is set by the platform/],
])('%s is refused with the reason: %j', async (flag, text, reason) => {
  const error = await readConfigurationFile(fileOf(text), flag).catch((one) => one)
  expect(error).toBeInstanceOf(InputError)
  expect(error.message).toMatch(reason)
  expect(error.message).toContain(`${flag} ${folder}`)
})

it('a file that does not exist is named', async () => {
  await expect(readConfigurationFile(join(folder, 'none.yaml'), '--a-config')).rejects.toThrow(
    /--a-config .*none\.yaml: ENOENT/,
  )
})
