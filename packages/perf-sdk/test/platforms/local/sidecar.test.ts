import { expect, it } from 'vitest'
import { appDescription } from '../../../src/description/app.js'
import { sidecarArguments } from '../../../src/platforms/local/sidecar.js'

const app = appDescription.parse({ appName: 'a', imageName: 'perf-tester', daprEnabled: true })
const ports = { http: 1, grpc: 2, internalGrpc: 3, metrics: 4 }
const argumentsIn = (folder: string, of = app) => {
  const files = { configuration: `${folder}/c.yaml`, components: `${folder}/all`, nameResolution: '' }
  return sidecarArguments(of, 3000, ports, files, {})
}

it("daprd gets its files' paths as they are, and quoted where it would split them", () => {
  expect(argumentsIn('/tmp/a b')).toEqual(
    expect.arrayContaining(['--config=/tmp/a b/c.yaml', '--resources-path=/tmp/a b/all']),
  )
  expect(argumentsIn('/tmp/a,"b')).toEqual(
    expect.arrayContaining(['--config="/tmp/a,""b/c.yaml"', '--resources-path="/tmp/a,""b/all"']),
  )
})

it('daprd gets the flags of the case after all others, so that they count', () => {
  const daprArgs = { 'log-level': 'warn', 'app-max-concurrency': 10, 'enable-app-health-check': true }
  const parsed = appDescription.parse({ ...app, daprArgs })
  const given = argumentsIn('/tmp', parsed)
  expect(given.slice(-3)).toEqual([
    '--log-level=warn',
    '--app-max-concurrency=10',
    '--enable-app-health-check=true',
  ])
  expect(given.indexOf('--log-level=info')).toBeLessThan(given.indexOf('--log-level=warn'))
})
