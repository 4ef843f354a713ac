import { describe, expect, it } from 'vitest'
import { type TestDescription, TestRunner } from '../../src/case/test-runner.js'
import { target } from '../../src/description/target.js'
import { chooseComponents, parseStateStoreKind, scopeToCase } from '../../src/runner/components.js'

const caseWith = (components: TestDescription['components']) =>
  new TestRunner({
    description: 'a case',
    ...(components && { components }),
    initApps: [{ appName: 'first', imageName: 'perf-tester', daprEnabled: true }],
    apps: [
      { appName: 'testapp', imageName: 'perf-tester' },
      { appName: 'tester', imageName: 'perf-tester', daprEnabled: true },
    ],
    targets: { baseline: target.noop(), dapr: target.noop() },
  }).case

const use = () => Promise.resolve('127.0.0.1:6379' as never)
const keyPrefix = 'RUN-1'

describe('the components of a case', () => {
  it('are for all of its apps that have a sidecar, unless they name their own', () => {
    const one = caseWith([
      { name: 'a', typeName: 'pubsub.in-memory' },
      { name: 'b', typeName: 'pubsub.in-memory', scopes: ['tester'] },
    ])
    expect(scopeToCase(one.components, one).map(({ scopes }) => scopes)).toEqual([
      ['first', 'tester'],
      ['tester'],
    ])
  })

  it('have the state store in memory', async () => {
    const one = caseWith([{ name: 'store', typeName: 'state' }])
    expect(await chooseComponents(one.components, { stateStore: 'in-memory', keyPrefix, use })).toMatchObject(
      [{ name: 'store', typeName: 'state.in-memory', metadata: {} }],
    )
  })

  it("have it in Redis, its keys under the run's name, as Dapr writes it", async () => {
    const one = caseWith([{ name: 'store', typeName: 'state' }])
    expect(await chooseComponents(one.components, { stateStore: 'redis', keyPrefix, use })).toMatchObject([
      {
        name: 'store',
        typeName: 'state.redis',
        metadata: { redisHost: '127.0.0.1:6379', keyPrefix: 'run-1' },
      },
    ])
  })

  it('share one Redis, each in a session of its own', async () => {
    const one = caseWith([
      { name: 'store', typeName: 'state' },
      { name: 'other', typeName: 'state' },
    ])
    let started = 0
    const start = () => Promise.resolve(`127.0.0.1:${++started}` as never)
    const hosts = async () => {
      const chosen = await chooseComponents(one.components, { stateStore: 'redis', keyPrefix, use: start })
      return chosen.map(({ metadata }) => metadata.redisHost)
    }
    expect(await hosts()).toEqual(['127.0.0.1:1', '127.0.0.1:1'])
    expect(await hosts()).toEqual(['127.0.0.1:2', '127.0.0.1:2'])
  })
})

it('a state store that is not known is refused', () => {
  expect(() => parseStateStoreKind('mysql', '--state-store')).toThrow(
    '--state-store=mysql: expected one of in-memory, redis',
  )
})
