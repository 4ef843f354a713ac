import { expect, it } from 'vitest'
import { summarize } from '../../src/statistics/summary.js'
import { loadResult, measuredLoad } from '../loads.js'

const load = () => measuredLoad('dapr', loadResult(1))

it('the CPU of all loads is added up, and the most memory is taken', () => {
  const more = { app: { cpuSeconds: 3, peakAnonymousBytes: 5 }, sidecar: { cpuSeconds: 4 } }
  expect(summarize([load(), { ...load(), usage: { testapp: more } }]).usage).toEqual({
    testapp: {
      app: { cpuSeconds: 4, peakAnonymousBytes: 10 },
      sidecar: { cpuSeconds: 6, peakAnonymousBytes: 20 },
    },
  })
})

it('what is unknown in one load is unknown in all: its requests are counted as well', () => {
  expect(summarize([load(), { ...load(), usage: {} }]).usage).toEqual({})
  expect(summarize([{ ...load(), usage: {} }, load()]).usage).toEqual({})
  const withoutSidecar = { testapp: { app: { cpuSeconds: 1 } } }
  expect(summarize([load(), { ...load(), usage: withoutSidecar }]).usage).toEqual({
    testapp: { app: { cpuSeconds: 2, peakAnonymousBytes: 10 } },
  })
})
