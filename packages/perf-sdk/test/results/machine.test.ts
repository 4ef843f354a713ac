import { expect, it } from 'vitest'
import type { Environment } from '../../src/model/environment.js'
import { withOthers } from '../../src/results/machine.js'
import { summarize } from '../../src/statistics/summary.js'
import { loadResult, measuredLoad } from '../loads.js'

const machine = { cores: 2, seconds: 4, busySeconds: 5, generatorSeconds: 0.5, stealSeconds: 0 }
const summary = summarize([measuredLoad('dapr', loadResult(1, { machine }))]) // testapp 1 s, its sidecar 2 s
const apps = { testapp: true }

/** What other processes used of the machine's 5 s. */
const othersOf = (known: Partial<Parameters<typeof withOthers>[1]>, of = summary) =>
  withOthers(of, { apps, ...known }).machine?.othersSeconds

const onNodes = (...names: string[]) =>
  ({ cluster: { nodes: names.map((name) => ({ name })) } }) as unknown as Environment

it("what other processes used is all but what the case's apps and sidecars did, and never negative", () => {
  expect(othersOf({})).toBe(2)
  const idle = { ...summary, machine: { ...machine, busyShare: 0.1, busySeconds: 0.8 } }
  expect(othersOf({}, idle)).toBe(0)
})

it('it is unknown where an app or a sidecar is not known', () => {
  expect(othersOf({ apps: { ...apps, tester: false } })).toBeUndefined()
  const withoutSidecar = { testapp: { app: { cpuSeconds: 1 } } }
  expect(othersOf({}, { ...summary, usage: withoutSidecar })).toBeUndefined()
  expect(othersOf({}, { ...summary, usage: {} })).toBeUndefined()
})

it("it is known on Kubernetes only where all pods are on the load generator's node", () => {
  expect(othersOf({ environment: onNodes('one') })).toBe(2)
  expect(othersOf({ environment: onNodes('one', 'two') })).toBeUndefined()
})

it('where nothing is known of the machine there is nothing to add', () => {
  const unknown = summarize([measuredLoad('dapr', loadResult(1))])
  expect(withOthers(unknown, { apps })).toEqual(unknown)
})
