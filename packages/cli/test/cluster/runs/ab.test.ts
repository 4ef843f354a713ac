import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { daprVersion } from '@dapr-perf/dapr'
import { daprImage, readKubernetesSettings } from '@dapr-perf/kubernetes/settings'
import { abResultSchema } from 'perf-sdk/runner'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { Cli, readResult, temporaryFolder } from '../../cli.js'
import { kubectl, registry, run, uniqueName } from '../cluster.js'
import { environment, namespace, objectsOfRuns, prepareCluster, restoreCluster } from '../running.js'

beforeAll(prepareCluster, 60_000)
afterAll(restoreCluster, 120_000)

const load = ['--qps', '100', '--connections', '4', '--payload-size', '16']

const startAb = (...args: string[]) =>
  new Cli(['ab', 'service_invocation_http', ...load, ...args], undefined, { env: environment })

/** The image of daprd that was pushed before the tests. */
const pushed = () => daprImage('daprd', readKubernetesSettings(environment))

/** An image whose daprd spends most of its time collecting garbage. */
async function slowedImage(): Promise<string> {
  const image = `${registry}/${uniqueName('slow')}/daprd:1`
  const context = temporaryFolder()
  mkdirSync(context, { recursive: true })
  writeFileSync(join(context, 'Dockerfile'), `FROM ${pushed()}\nENV GOGC=2\n`)
  await run('buildah', ['build', '--pull=false', '--tag', image, context])
  onTestFinished(async () => void (await run('buildah', ['rmi', image])))
  await run('buildah', ['push', '--tls-verify=false', image])
  return image
}

it('finds a slowed image; the other side is a version, whose image it makes', async () => {
  const [slowed, out] = [await slowedImage(), temporaryFolder()]
  const cli = startAb('--b', slowed, '--blocks', '8', '--gate', 'cpu', '--out', out)
  expect(await cli.ended, cli.stdout + cli.stderr).toBe(1)
  expect(cli.stdout).toMatch(/CPU per request \+\d+.*: slower/)

  const { sides, blocks, differences } = abResultSchema.parse(readResult(out, 'service_invocation_http'))
  const version = await daprVersion()
  expect(differences).toEqual([
    'B is an image, and the other side is not: how its daprd was built is unknown',
  ])
  expect(sides.a).toMatchObject({ version, image: expect.stringContaining(`${registry}/daprd:side-`) })
  expect(sides.b).toMatchObject({ version, source: 'image', image: slowed })
  expect(sides.a.imageID).not.toBe(sides.b.imageID)
  for (const { environment: found } of Object.values(sides))
    expect(found).toMatchObject({ platform: 'kubernetes', dapr: { mtls: true } })
  for (const { variants, cpuSource, loadAverage } of blocks) {
    expect(variants.a.due).toBeGreaterThan(0)
    expect(variants.a.due).toBe(variants.b.due)
    expect(variants.a.allocations).toBeGreaterThan(variants.a.requests)
    expect([cpuSource, loadAverage]).toEqual(['process_cpu_seconds_total', undefined])
  }
  const logs = join(out, 'latest/service_invocation_http/logs')
  expect(existsSync(join(logs, 'block-7'))).toBe(false)
  expect(readdirSync(join(logs, 'block-8/b'))).toHaveLength(4)
  expect(await objectsOfRuns()).toEqual([])
}, 600_000)

it('gives sidecars the Resiliency of a file, for the apps of the run; nothing is left of it', async () => {
  const file = join(temporaryFolder(), 'resiliency.yaml')
  const policies = { retries: { few: { policy: 'constant', duration: '10ms', maxRetries: 2 } } }
  const targets = { apps: { testapp: { retry: 'few' } } }
  const given = { apiVersion: 'dapr.io/v1alpha1', kind: 'Resiliency', metadata: { name: 'my-retries' } }
  writeFileSync(file, JSON.stringify({ ...given, spec: { policies, targets } }))
  const args = ['--a', pushed(), '--b', pushed(), '--b-component', file, '--blocks', '8']
  const cli = startAb(...args, '--out', temporaryFolder())
  const items = async () =>
    JSON.parse(await kubectl('get', 'resiliencies.dapr.io', '-n', namespace, '-o', 'json')).items
  await cli.printed('a trial block')
  await expect.poll(items, { timeout: 60_000 }).toHaveLength(1)
  const [{ spec }] = await items()
  await cli.printed('blocks 0 of 8') // the sidecars have started with it, and answer
  cli.kill('SIGINT')
  expect(await cli.ended, cli.stdout + cli.stderr).toBe(130)
  expect(spec.policies).toEqual(policies)
  expect(Object.entries(spec.targets.apps)).toEqual([
    [expect.stringMatching(/^testapp-./), targets.apps.testapp],
  ])
  expect(await objectsOfRuns()).toEqual([])
})

it('exits with 4 where an image can not be pulled, names the variant, and leaves nothing behind', async () => {
  const cli = startAb('--a', pushed(), '--b', `${registry}/daprd:never-pushed`, '--out', temporaryFolder())
  expect(await cli.ended, cli.stderr).toBe(4)
  expect(cli.stdout).toMatch(/error: variant b: .*never-pushed can't be pulled/)
  expect(await objectsOfRuns(), namespace).toEqual([])
})
