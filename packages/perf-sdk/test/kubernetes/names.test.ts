import { describe, expect, it } from 'vitest'
import { InputError } from '../../src/errors.js'
import { appDescription } from '../../src/platforms/descriptions.js'
import { RunNames } from '../../src/platforms/kubernetes/names.js'

const names = new RunNames()
const app = (appName: string, appPort: number) =>
  [appName, appDescription.parse({ appName, imageName: 'perf-tester', appPort, daprEnabled: true })] as const
const apps = new Map([app('testapp', 3000), app('tester', 3001)])

describe('a URL of a case', () => {
  it.each([
    ['http://testapp:3000/test', `http://testapp-${names.suffix}:3000/test`],
    [
      'http://127.0.0.1:3500/v1.0/invoke/testapp/method/test?a=b',
      `http://127.0.0.1:3500/v1.0/invoke/testapp-${names.suffix}/method/test?a=b`,
    ],
    ['http://127.0.0.1:3500/v1.0/state/testapp/key', 'http://127.0.0.1:3500/v1.0/state/testapp/key'],
    [
      'http://127.0.0.1:3500/v1.0/invoke/elsewhere/method/a',
      'http://127.0.0.1:3500/v1.0/invoke/elsewhere/method/a',
    ],
    ['http://127.0.0.1:50001', 'http://127.0.0.1:50001/'],
    ['redis://dapr-redis-master:6379', 'redis://dapr-redis-master:6379'],
  ])('%s is %s for a pod of this run', (url, expected) => {
    expect(names.resolveURL(url, 'tester', apps)).toBe(expected)
  })

  it.each(['http://testapp:3001/test', 'http://example.com/', 'http://127.0.0.1:22/'])(
    '%s, which is neither an app nor the sidecar, is refused',
    (url) => {
      expect(() => names.resolveURL(url, 'tester', apps)).toThrow(InputError)
    },
  )
})

it('runs have names of their own', () => {
  expect(new RunNames().of('testapp')).not.toBe(new RunNames().of('testapp'))
})

it("an app's name that leaves no room for the run's is refused", () => {
  expect(() => names.check('a'.repeat(52))).not.toThrow()
  expect(() => names.check('a'.repeat(53))).toThrow(InputError)
})
