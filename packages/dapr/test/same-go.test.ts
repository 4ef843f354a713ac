import { expect, test } from 'vitest'
import { sameGo } from '../src/side/same-go.js'

const settings = (goVersion: string) => ({ goVersion, name: `${goVersion}-01234567` })

test('the newest Go that a side needs builds both', () => {
  const { env, settings: ofBoth } = sameGo([settings('go1.26.8'), settings('go1.26.10')], { PATH: '/bin' })
  expect(env).toEqual({ PATH: '/bin', GOTOOLCHAIN: 'go1.26.10' })
  expect(ofBoth).toEqual(settings('go1.26.10'))
})

test('go is left its choice where it is the same for both', () => {
  const env = { PATH: '/bin', GOTOOLCHAIN: 'auto' }
  expect(sameGo([settings('go1.26.8'), settings('go1.26.8')], env).env).toBe(env)
})
