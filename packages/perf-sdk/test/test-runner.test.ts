import { describe, expect, it } from 'vitest'
import { InputError } from '../src/errors.js'
import type { ParamOptions } from '../src/params.js'
import type { AppDescription } from '../src/platforms/descriptions.js'
import { TestRunner } from '../src/runner/test-runner.js'

const withApp = (app: Partial<AppDescription>) => () =>
  new TestRunner({
    description: 'a case',
    apps: [{ appName: 'testapp', imageName: 'perf-tester', ...app }],
    test: () => Promise.reject(new Error('not run')),
  })

describe('a case', () => {
  it('is data that can be read without a run, defaults filled in', () => {
    expect(withApp({})().case.apps[0]).toMatchObject({ appPort: 3000, replicas: 1, daprEnabled: false })
  })

  it.each([
    [{ appName: '../../etc' }, 'apps[0].appName'],
    [{ appName: 'Testapp' }, 'apps[0].appName'],
    [{ imageName: '--privileged' }, 'apps[0].imageName'],
    [{ appPort: 70000 }, 'apps[0].appPort'],
    [{ daprMemoryLimit: 'lots' }, 'apps[0].daprMemoryLimit'],
    [{ appname: 'x' } as Partial<AppDescription>, 'appname'],
  ])('is refused with %j, and the error names the field', (app, field) => {
    expect(withApp(app)).toThrow(InputError)
    expect(withApp(app)).toThrow(field)
  })

  it.each([{ conections: 3 }, { qps: '1000' }, { connections: 0 }])(
    'is refused with parameters %j',
    (params) => {
      const build = () =>
        new TestRunner({
          description: 'a case',
          apps: [{ appName: 'testapp', imageName: 'perf-tester' }],
          params: params as ParamOptions,
          test: () => Promise.reject(new Error('not run')),
        })
      expect(build).toThrow(InputError)
      expect(build).toThrow(Object.keys(params)[0])
    },
  )
})
