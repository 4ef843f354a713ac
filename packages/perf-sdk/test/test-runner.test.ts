import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { InputError } from '../src/errors.js'
import type { ParamOptions } from '../src/params.js'
import type { AppDescription } from '../src/platforms/descriptions.js'
import type { Platform } from '../src/platforms/platform.js'
import type { Progress } from '../src/runner/progress.js'
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

it('a teardown that fails is said, and does not take the place of what ended the run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dapr-perf-runner-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const broken = {
    failure: new AbortController().signal,
    setup: () => Promise.reject(new Error('the cluster refuses')),
    tearDown: () => Promise.reject(new Error('the cluster is gone')),
  } as unknown as Platform
  const said: Progress[] = []
  const { signal } = new AbortController()
  const report = (progress: Progress) => void said.push(progress)
  const run = withApp({})().start({ name: 'a_case', runId: 'r', platform: broken, folder, signal, report })
  await expect(run).rejects.toThrow('the cluster refuses')
  expect(said.at(-1)?.what).toContain('not torn down: the cluster is gone')
})
