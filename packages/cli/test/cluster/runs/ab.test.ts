import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
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

it('gives sidecars the Resiliency and the Subscription of a file, for the apps of the run; nothing is left of them', async () => {
  const [folder, out] = [temporaryFolder(), temporaryFolder()]
  const policies = { retries: { few: { policy: 'constant', duration: '10ms', maxRetries: 2 } } }
  const targets = { apps: { testapp: { retry: 'few' } } }
  const documents = [
    { kind: 'Resiliency', metadata: { name: 'my-retries' }, spec: { policies, targets } },
    {
      kind: 'Component',
      metadata: { name: 'bus' },
      spec: { type: 'pubsub.in-memory', version: 'v1', metadata: [] },
    },
    {
      apiVersion: 'dapr.io/v2alpha1',
      kind: 'Subscription',
      metadata: { name: 'of-orders' },
      spec: { pubsubname: 'bus', topic: 'orders', routes: { default: '/orders' } },
      scopes: ['testapp'],
    },
  ].map((document) => JSON.stringify({ apiVersion: 'dapr.io/v1alpha1', ...document }))
  const file = join(folder, 'resources.yaml')
  writeFileSync(file, documents.join('\n---\n'))
  const args = ['--a', pushed(), '--b', pushed(), '--b-component', file, '--blocks', '8']
  const cli = startAb(...args, '--out', out)
  const items = async (kind: string) =>
    JSON.parse(await kubectl('get', `${kind}.dapr.io`, '-n', namespace, '-o', 'json')).items
  await cli.printed('a trial block')
  await expect.poll(() => items('resiliencies'), { timeout: 60_000 }).toHaveLength(1)
  const [resiliency] = await items('resiliencies')
  await expect.poll(() => items('subscriptions'), { timeout: 60_000 }).toHaveLength(1)
  const [subscription] = await items('subscriptions')
  const [bus] = (await items('components')).filter(
    ({ spec }: { spec: { type: string } }) => spec.type === 'pubsub.in-memory',
  )
  await cli.printed('blocks 0 of 8') // the sidecars have started with them, and answer
  const logs = join(out, 'latest/service_invocation_http/logs/trial/b')
  const logged = readdirSync(logs).map((name) => readFileSync(join(logs, name), 'utf8'))
  cli.kill('SIGINT')
  expect(await cli.ended, cli.stdout + cli.stderr).toBe(130)
  expect(resiliency.spec.policies).toEqual(policies)
  const ofRun = expect.stringMatching(/^testapp-./)
  expect(Object.entries(resiliency.spec.targets.apps)).toEqual([[ofRun, targets.apps.testapp]])
  expect(subscription).toMatchObject({
    apiVersion: 'dapr.io/v2alpha1',
    spec: { pubsubname: bus.metadata.name, topic: 'orders', routes: { default: '/orders' } },
    scopes: [ofRun],
  })
  const ofTestapp = logged.find((text) => text.includes('"app_id":"testapp-'))
  expect(ofTestapp).toContain(`Loading Resiliency configuration: ${resiliency.metadata.name}`)
  expect(ofTestapp).toContain(`Found Subscription: ${subscription.metadata.name}`)
  expect(await objectsOfRuns()).toEqual([])
})

it('exits with 4 where an image can not be pulled, names the variant, and leaves nothing behind', async () => {
  const cli = startAb('--a', pushed(), '--b', `${registry}/daprd:never-pushed`, '--out', temporaryFolder())
  expect(await cli.ended, cli.stderr).toBe(4)
  expect(cli.stdout).toMatch(/error: variant b: .*never-pushed can't be pulled/)
  expect(await objectsOfRuns(), namespace).toEqual([])
})
