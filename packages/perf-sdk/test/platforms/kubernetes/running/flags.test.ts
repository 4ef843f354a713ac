import { InputError } from '@dapr-perf/errors'
import { appLabel } from '@dapr-perf/kubernetes'
import type { V1Pod } from '@kubernetes/client-node'
import { expect, it } from 'vitest'
import { appDescription } from '../../../../src/description/app.js'
import { checkFlags } from '../../../../src/platforms/kubernetes/running/flags.js'

function check(daprArgs: Record<string, string>, args: string[], isNative = false) {
  const app = appDescription.parse({
    appName: 'testapp',
    imageName: 'perf-tester',
    daprEnabled: true,
    daprArgs,
  })
  const daprd = { name: 'daprd', args: ['/daprd', '--app-id', 'x', ...args] }
  const own = { name: 'testapp' }
  const pod: V1Pod = {
    metadata: { labels: { [appLabel]: 'testapp' } },
    spec: isNative ? { containers: [own], initContainers: [daprd] } : { containers: [own, daprd] },
  }
  checkFlags([app], [pod])
}

it.each<[Record<string, string>, string[]]>([
  [{ 'app-max-concurrency': '10' }, ['--app-max-concurrency', '10']],
  [{ 'log-level': 'warn' }, ['--log-level', 'warn']],
  [{ 'log-level': 'warn' }, ['--log-level=warn']],
  [
    { 'enable-app-health-check': 'true' },
    ['--enable-app-health-check', '--app-health-check-path', '/healthz'],
  ],
  [{ 'disable-builtin-k8s-secret-store': 'false' }, []],
])('a sidecar has the flags %j with the arguments %j', (flags, args) => {
  check(flags, args)
  check(flags, args, true)
})

it.each<[Record<string, string>, string[]]>([
  [{ 'disable-init-endpoints': 'config' }, []],
  [{ 'app-max-concurrency': '10' }, ['--app-max-concurrency', '1']],
  [{ 'enable-app-health-check': 'false' }, ['--enable-app-health-check']],
])('a sidecar that the injector started without the flags %j is an error that names them', (flags, args) => {
  const [name] = Object.keys(flags)
  expect(() => check(flags, args)).toThrow(InputError)
  expect(() => check(flags, args)).toThrow(
    `testapp's sidecar was started without --${name}=${flags[name as string]}: the injector of the installed Dapr makes ` +
      `nothing of dapr.io/${name}`,
  )
})
