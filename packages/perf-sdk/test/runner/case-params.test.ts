import { expect, it } from 'vitest'
import { Params, readParamOverrides } from '../../src/description/params.js'
import { World } from '../fakes/harness.js'

/** The rates that the functions of cases get from Params. */
async function ratesOf(command: 'run' | 'compare', flags: { qps?: number }): Promise<Set<number>> {
  const rates = new Set<number>()
  const prepare = async () => void rates.add(Params({ qps: 5 }).qps)
  const { ends } = await new World()[command](
    { one: { prepare }, other: { prepare } },
    { params: readParamOverrides({}, flags) },
  )
  expect(ends.map(({ error }) => error)).toEqual([undefined, undefined])
  return rates
}

it.each(['run', 'compare'] as const)(
  'Params in a function of a case know the flags of its %s, and not those of the one before',
  async (command) => {
    expect(await ratesOf(command, { qps: 70 })).toEqual(new Set([70]))
    expect(await ratesOf(command, {})).toEqual(new Set([5]))
  },
)
