import { InputError } from '@dapr-perf/errors'
import { describe, expect, it } from 'vitest'
import { type AppDescription, appDescription } from '../../src/description/app.js'
import { testapp, tester } from '../../src/description/apps.js'
import { target } from '../../src/description/target.js'
import { checkRequestSize } from '../../src/runner/limits.js'

const MiB = 1024 * 1024
const own: AppDescription = { appName: 'mine', command: ['node', 'app.mjs'], daprEnabled: true }
const appsWith = (fields: Partial<AppDescription> = {}) =>
  [testapp({ daprEnabled: true, ...fields }), tester(fields), { ...own, ...fields, appName: 'mine' }].map(
    (app) => appDescription.parse(app),
  )
const invoke = target.invoke('testapp', 'test')
const bulk = target.publish('p', 't', { events: 10, bulk: true })

describe('a request', () => {
  it.each([
    ['4 MiB through sidecars', invoke, { payload: '', payloadSize: 4 * MiB }, {}],
    ['8 MiB where they accept it', invoke, { payload: '', payloadSize: 8 * MiB }, { maxRequestSizeMB: 8 }],
    ['16 MiB to testapp', target.app('testapp', 'test'), { payload: '', payloadSize: 16 * MiB }, {}],
    ['more to an app of its own', target.app('mine', 'x'), { payload: '', payloadSize: 99 * MiB }, {}],
    ['no body, whatever the payload', target.state('s', 'k'), { payload: '', payloadSize: 99 * MiB }, {}],
    ['a payload, which takes precedence', invoke, { payload: 'x', payloadSize: 99 * MiB }, {}],
  ])('may have %s', (_, to, body, fields) => {
    expect(() => checkRequestSize(to, body, appsWith(fields))).not.toThrow()
  })

  it.each([
    ['a byte more than 4 MiB', invoke, 4 * MiB + 1, {}, "tester's sidecar accepts at most 4194304 B (4 MiB)"],
    [
      'more than testapp accepts',
      invoke,
      17 * MiB,
      { maxRequestSizeMB: 64 },
      'testapp accepts at most 16777216 B',
    ],
    [
      'more to testapp itself',
      target.app('testapp', '/'),
      17 * MiB,
      {},
      'testapp accepts at most 16777216 B',
    ],
    ['too much in bulk', bulk, MiB, {}, "a request of 10485760 B: tester's sidecar accepts at most"],
  ])('may not have %s', (_, to, payloadSize, fields, message) => {
    const check = () => checkRequestSize(to, { payload: '', payloadSize }, appsWith(fields))
    expect(check).toThrow(InputError)
    expect(check).toThrow(message)
  })

  it("is held against the limit of the called app's sidecar, too, and a payload counts in bytes", () => {
    const apps = appsWith().map((app) => (app.appName === 'tester' ? { ...app, maxRequestSizeMB: 8 } : app))
    const body = { payload: 'ü'.repeat(2 * MiB + 1), payloadSize: 0 }
    expect(() => checkRequestSize(invoke, body, apps)).toThrow(
      "a request of 4194306 B: testapp's sidecar accepts at most 4194304 B (4 MiB): send less, or raise maxRequestSizeMB of testapp",
    )
  })
})
