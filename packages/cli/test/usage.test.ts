import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { perfAppNames } from '@dapr-perf/cluster/images'
import { describe, expect, it } from 'vitest'
import { root, temporaryFolder } from './cli.js'
import { runHere } from './in-process.js'

describe('wrong usage exits with 2 and one clear line', () => {
  it.each([
    [['run'], 'dapr-perf: which case? Name some, or use --all'],
    [['run', '--all', 'state_get_http'], '--all runs every case: leave out their names'],
    [['run', '--all', '--state-store', 'mysql'], '--state-store=mysql: expected one of in-memory, redis'],
    [['rum'], "dapr-perf: unknown command 'rum'"],
    [['run', 'service_invocation_http', '--speed'], "dapr-perf: unknown option '--speed'"],
    [['run', 'service_invocation_http', '--qps', 'many'], '--qps many: expected a whole number'],
    [
      ['run', 'service_invocation_http', '--connections', '0'],
      '--connections 0: expected a whole number of at least 1',
    ],
    [
      ['run', 'service_invocation_http', '--arrivals', 'random'],
      '--arrivals random: expected one of uniform, poisson, bursts, for example --arrivals uniform',
    ],
    [['run', 'service_invocation_http', '--duration', '10'], '--duration 10: expected a positive duration'],
    [['run', 'service_invocation_http', '--rounds', '0'], 'expected a whole number from 1'],
    [
      ['run', 'service_invocation_http', '--rounds', '9999'],
      'service_invocation_http: 1m in 9999 rounds: each load would last 6 ms',
    ],
    [
      ['run', 'service_invocation_http', '--qps', '10', '--connections', '16', '--duration', '1s'],
      '1s in 1 round at 10 qps: each load has 10 requests for 16 connections',
    ],
    [
      ['ab', 'service_invocation_http', '--b-arg', 'app-id=x'],
      "app-id: can't be set: the app's appName sets it",
    ],
    [
      ['ab', 'service_invocation_http', '--a-arg', 'app-max-concurrency'],
      'expected NAME=VALUE, for example app-max-concurrency=10',
    ],
    [
      ['ab', 'service_invocation_http', '--b-arg', 'app-health-threshold=2'],
      "service_invocation_http: testapp's sidecar: --app-health-threshold: it has no effect without enable-app-health-check",
    ],
    [
      ['ab', 'service_invocation_http', '--platform', 'kubernetes', '--b-arg', 'scheduler-job-streams=2'],
      '--scheduler-job-streams: no annotation of Dapr is known for it, so that it can only be set locally',
    ],
    [['run', '../../etc'], 'there is no case ../../etc'],
    [['report', 'nowhere'], 'nowhere does not exist: expected the folder of a run'],
    [['report', 'package.json'], 'package.json is no folder: expected the folder of a run'],
    [['list', '--cases', 'package.json'], 'package.json has no NAME/case.ts'],
    [['build-perf-app', 'nobody'], 'there is no perf app nobody. There are tester'],
    [['push-perf-app', '../etc'], 'there is no perf app ../etc'],
    [['setup-test-components'], 'missing required argument'],
    [['doctor', '--platform', 'mars'], "argument 'mars' is invalid. Allowed choices are local, kubernetes"],
  ])('%j', async (args, message) => {
    const { code, stderr, stdout } = await runHere(args)
    expect(stderr).toContain(message)
    expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it('so does a file that no sidecar of the case would use, before anything starts', async () => {
    const file = join(temporaryFolder(), 'state.yaml')
    const component = 'apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: inmemorystate }\n'
    writeFileSync(file, `${component}spec: { type: state.in-memory, version: v1 }\n`)
    const out = temporaryFolder()
    const { code, stderr } = await runHere(['ab', 'state_get_http', '--b-component', file, '--out', out])
    expect(stderr).toBe(
      `dapr-perf: state_get_http: --b-component ${file}: nothing in the case uses Component inmemorystate. The case's components: statestore (state); its apps with sidecars: tester\n`,
    )
    expect(code).toBe(2)
    expect(readdirSync(out)).toEqual([])
  })

  it('an unknown case names the nearest one', async () => {
    expect((await runHere(['run', 'service_invokation_http'])).stderr).toContain(
      'Did you mean service_invocation_http?',
    )
  })

  it('a bad variable is refused before anything starts', async () => {
    const { code, stderr } = await runHere(['run', 'service_invocation_http', '--out', temporaryFolder()], {
      env: { DAPR_PERF_QPS: 'many' },
    })
    expect(code).toBe(2)
    expect(stderr).toContain(
      'DAPR_PERF_QPS=many: expected a whole number of at least 0, for example DAPR_PERF_QPS=1000',
    )
  })

  it('a request that Dapr is known to refuse is told before anything starts', async () => {
    const out = ['--out', temporaryFolder()]
    const { code, stderr } = await runHere([
      'run',
      'service_invocation_http',
      '--payload-size',
      '5000000',
      ...out,
    ])
    expect(code).toBe(2)
    expect(stderr).toContain(
      "a request of 5000000 B: tester's sidecar accepts at most 4194304 B (4 MiB): send less, or raise maxRequestSizeMB",
    )
    expect(stderr).not.toContain('waiting for')
  })

  it('a state store that is not known is refused in the environment, too', async () => {
    const { code, stderr } = await runHere(['run', '--all'], { env: { DAPR_PERF_STATE_STORE: 'mysql' } })
    expect(code).toBe(2)
    expect(stderr).toContain('DAPR_PERF_STATE_STORE=mysql: expected one of in-memory, redis')
  })

  it('a run that cannot be recorded is one clear error', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), '')
    const { code, stderr } = await runHere(['run', 'service_invocation_http', '--out', folder], {
      stateFolder: join(folder, 'file'),
    })
    expect(code).toBe(1)
    expect(stderr).toMatch(/dapr-perf: the run can't be recorded: ENOTDIR.*XDG_STATE_HOME.*\n$/)
  })

  it('a folder without cases says where cases are looked for', async () => {
    const { code, stderr } = await runHere(['list'], { cwd: temporaryFolder() })
    expect(code).toBe(2)
    expect(stderr).toContain('tests/NAME/case.ts')
  })
})

describe('without a cluster', () => {
  it.each([
    ['create-test-namespace'],
    ['delete-test-namespace'],
    ['docker-deploy-k8s'],
    ['setup-3rd-party'],
    ['setup-app-configurations'],
    ['test-clean'],
  ])('%s says which file should name one', async (task) => {
    const { code, stderr } = await runHere([task], { env: { KUBECONFIG: '/nowhere' } })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^dapr-perf: no cluster: KUBECONFIG=\/nowhere does not exist.*\n$/)
  })
})

it('each perf app has its tasks for turbo', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8'))
  const { tasks } = JSON.parse(readFileSync(join(root, 'packages/cli/turbo.json'), 'utf8'))
  for (const name of ['all', ...perfAppNames]) {
    for (const what of ['build', 'push']) {
      const task = `${what}-perf-app-${name}`
      expect(scripts[task]).toBe(`dapr-perf ${what}-perf-app ${name}`)
      expect(tasks).toHaveProperty(task)
    }
  }
})

describe('help', () => {
  it.each([[[]], [['list']], [['run']], [['doctor']], [['clean']], [['docker-deploy-k8s']]])(
    'of %j',
    async (command) => {
      const { code, stdout } = await runHere([...command, '--help'])
      expect(stdout).toContain('Usage: dapr-perf')
      expect(code).toBe(0)
    },
  )
})

it('list shows the cases and their parameters', async () => {
  const { code, stdout } = await runHere(['list'])
  expect(stdout).toMatch(/^service_invocation_http +service invocation over HTTP.* qps 1000, connections 16/m)
  expect(code).toBe(0)
})

it('clean says so where nothing was left', async () => {
  const { code, stdout } = await runHere(['clean'])
  expect(stdout).toBe('nothing was left over\n')
  expect(code).toBe(0)
})
