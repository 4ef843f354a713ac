import { expect, it } from 'vitest'
import { type AppDescription, appDescription } from '../../src/description/app.js'
import { testapp, tester } from '../../src/description/apps.js'
import { checkSidecars } from '../../src/runner/check-sidecars.js'
import { World } from '../fakes/harness.js'

const app = (fields: Partial<AppDescription>) =>
  appDescription.parse({ appName: 'testapp', imageName: 'perf-tester', daprEnabled: true, ...fields })
const check = (fields: Partial<AppDescription>, platform: 'local' | 'kubernetes' = 'kubernetes') =>
  checkSidecars([app(fields)], platform)

it('names each flag that would not be in effect on the platform, with the reason', () => {
  const daprArgs = { 'scheduler-job-streams': 1, 'app-health-threshold': 2, 'log-level': 'warn' }
  expect(() => check({ daprArgs })).toThrow(
    "testapp's sidecar: --scheduler-job-streams: no annotation of Dapr is known for it, so that it can only be set " +
      "locally\ntestapp's sidecar: --app-health-threshold: it has no effect without enable-app-health-check=true",
  )
  check({ daprArgs: { 'scheduler-job-streams': 1 } }, 'local')
  check({ daprArgs, daprEnabled: false })
})

it("names a variable that Dapr's annotation can't have, without its value", () => {
  const ofSide = { ...app({}), daprEnv: { MY_TOKEN: 's3cret,OTHER=1', FINE: 'a,b' } }
  expect(() => checkSidecars([ofSide], 'kubernetes')).toThrow(/MY_TOKEN: expected a value without ,NAME=/)
  expect(() => checkSidecars([ofSide], 'kubernetes')).not.toThrow(/s3cret|FINE/)
  checkSidecars([ofSide], 'local')
})

it.each(['two\nlines', 'naïve', 'trailing '])(
  'refuses an API token that no request can carry: %j',
  (token) => {
    const ofSide = { ...app({}), daprEnv: { DAPR_API_TOKEN: token } }
    expect(() => checkSidecars([ofSide], 'local')).toThrow(/no request can carry this DAPR_API_TOKEN/)
    expect(() => checkSidecars([ofSide], 'local')).not.toThrow(token)
  },
)

it('ends a run before anything starts', async () => {
  const world = new World()
  const apps = [testapp({ daprEnabled: true }), tester({ daprArgs: { 'app-health-threshold': 2 } })]
  await expect(world.run({ one: { apps }, good: {}, other: { apps } })).rejects.toThrow(
    /^one: tester's sidecar: --app-health-threshold: it has no effect.*\nother: tester's sidecar: /,
  )
  expect(world.platform.timesAt('ready')).toBe(0)
})
