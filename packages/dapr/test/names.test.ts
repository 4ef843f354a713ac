import { expect, test } from 'vitest'
import {
  builtName,
  checkoutName,
  checkoutSumName,
  isBuiltDaprd,
  isCacheName,
  isCheckoutSumName,
  releaseName,
} from '../src/cache/names.js'
import { machine } from '../src/machine.js'

const arm = { os: 'linux', arch: 'arm64' }
const settings = 'go1.26.8-01234567'
const commit = '0123456789abcdef0123456789abcdef01234567'
const sum = 'f'.repeat(64)

test.for([
  releaseName('1.18.1'),
  releaseName('1.19.0-rc.2'),
  builtName('daprd', '1.18.1', settings, machine),
  builtName('scheduler', '1.19.0-rc.2', settings, arm),
  builtName('daprd', commit, settings, machine),
  checkoutName('operator', '/my/dapr', arm),
  checkoutSumName('daprd', '/my/dapr', sum, machine),
  'daprd-1.18.1-linux-amd64', // of dapr-perf 0.1
])('the cache knows %s as its own', (name) => {
  expect(isCacheName(name)).toBe(true)
})

test.for([
  'daprd',
  'daprd-linux-amd64',
  'my-daprd-1.18.1-linux-amd64',
  'daprd-1.18.1-linux-amd64.tar.gz',
  'daprd-mine-linux-amd64',
  'making-daprd-x1y2z3',
  'notes.txt',
])('the cache does not know %s', (name) => {
  expect(isCacheName(name)).toBe(false)
})

test('a build of a version is told from its release, another version, and another machine', () => {
  const isOf = (name: string) => isBuiltDaprd(name, '1.18.1')
  expect(isOf(builtName('daprd', '1.18.1', settings, machine))).toBe(true)
  for (const name of [
    releaseName('1.18.1'),
    builtName('daprd', '1.18.1-rc.1', settings, machine),
    builtName('daprd', '1.18.10', settings, machine),
    builtName('daprd', '1.18.1', settings, { os: 'plan9', arch: 'amd64' }),
    builtName('sentry', '1.18.1', settings, machine),
    `daprd-1.18.1-${machine.os}-${machine.arch}`,
  ]) {
    expect(isOf(name), name).toBe(false)
  }
})

test('builds of one checkout are told from those of another', () => {
  const isOf = (name: string) => isCheckoutSumName(name, 'daprd', '/my/dapr')
  expect(isOf(checkoutSumName('daprd', '/my/dapr', sum, machine))).toBe(true)
  expect(isOf(checkoutSumName('daprd', '/my/other', sum, machine))).toBe(false)
  expect(isOf(checkoutName('daprd', '/my/dapr', machine))).toBe(false)
})
