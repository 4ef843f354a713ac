import { appendFileSync, copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { perfAppNames } from '@dapr-perf/cluster/images'
import { findInRegistry } from '@dapr-perf/kubernetes/settings'
import { describe, expect, it, onTestFinished } from 'vitest'
import { root, temporaryFolder } from '../../cli.js'
import { daprPerf, registry, run, uniqueName } from '../cluster.js'

/** A folder of the registry, whose images are gone from the builder's store after the test. */
function temporaryRegistry() {
  const folder = `${registry}/${uniqueName('test')}`
  onTestFinished(async () => {
    const images = (await run('buildah', ['images', '--format', '{{.Name}}:{{.Tag}}'])).split('\n')
    const ours = images.filter((name) => name.startsWith(folder))
    if (ours.length > 0) await run('buildah', ['rmi', ...ours])
  })
  return { DAPR_TEST_REGISTRY: folder, DAPR_TEST_TAG: 'dev' }
}

const inspect = async (reference: string) =>
  JSON.parse(await run('buildah', ['inspect', '--type', 'image', reference])).OCIv1

describe('the images of perf apps', () => {
  it('are built once, and again where one is gone from the store', async () => {
    const env = temporaryRegistry()
    const image = (name: string) => `${env.DAPR_TEST_REGISTRY}/perf-${name}:dev`
    const first = await daprPerf(['build-perf-app', 'all'], env)
    for (const name of perfAppNames) expect(first).toContain(`${image(name)}: built`)

    const second = await daprPerf(['build-perf-app', 'all'], env)
    for (const name of perfAppNames) expect(second).toContain(`${image(name)}: unchanged`)

    await run('buildah', ['rmi', image('tester')])
    const third = await daprPerf(['build-perf-app', 'all'], env)
    expect(third).toContain(`${image('tester')}: built`)
    expect(third).toContain(`${image('service_invocation_http')}: unchanged`)
  })

  it('are built again where their own app has changed', async () => {
    const env = temporaryRegistry()
    await daprPerf(['build-perf-app', 'all'], env)
    const program = join(root, 'packages/testapp-http/dist/main.cjs')
    const kept = join(temporaryFolder(), 'main.cjs')
    copyFileSync(program, kept)
    onTestFinished(() => copyFileSync(kept, program))
    appendFileSync(program, '\n// changed\n')

    const lines = await daprPerf(['build-perf-app', 'all'], env)
    expect(lines).toMatch(/perf-service_invocation_http:dev: built/)
    expect(lines).toMatch(/perf-tester:dev: unchanged/)
  })

  it('are built again where the tag of their base image has moved, whose digest they name', async () => {
    const base = `localhost/${uniqueName('base')}:1`
    const env = { ...temporaryRegistry(), DAPR_PERF_BASE_IMAGE: base }
    onTestFinished(async () => void (await run('buildah', ['rmi', base])))
    const makeBase = async (label: string) => {
      const container = await run('buildah', ['from', 'scratch'])
      await run('buildah', ['config', '--label', label, container])
      await run('buildah', ['commit', '--rm', container, base])
    }
    const build = () => daprPerf(['build-perf-app', 'service_invocation_http'], env)
    await makeBase('version=1')
    expect(await build()).toContain('dev: built')
    expect(await build()).toContain('dev: unchanged')
    await makeBase('version=2')
    expect(await build()).toContain('dev: built')
    const { config } = await inspect(`${env.DAPR_TEST_REGISTRY}/perf-service_invocation_http:dev`)
    expect(config.Labels).toMatchObject({
      'org.opencontainers.image.base.name': base,
      'org.opencontainers.image.base.digest': expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    })
  })

  it('do not take the name of an image that somebody else has built, unless that is asked for', async () => {
    const env = temporaryRegistry()
    const theirs = `${env.DAPR_TEST_REGISTRY}/perf-service_invocation_http:dev`
    await run('buildah', ['commit', '--rm', await run('buildah', ['from', 'scratch']), theirs])
    const build = ['build-perf-app', 'service_invocation_http']
    expect(await daprPerf(build, env, 1)).toContain(
      `${theirs} is an image in buildah's local store that dapr-perf`,
    )
    expect((await inspect(theirs)).config.Labels ?? {}).not.toHaveProperty('dapr-perf.inputs')
    expect(await daprPerf([...build, '--overwrite'], env)).toContain(`${theirs}: built`)
  })

  it('run as nobody in particular, and say what they are', async () => {
    const env = temporaryRegistry()
    await daprPerf(['build-perf-app', 'tester'], env)
    const { config } = await inspect(`${env.DAPR_TEST_REGISTRY}/perf-tester:dev`)
    expect(config).toMatchObject({
      User: '1000:1000',
      Entrypoint: ['node', '/app/main.cjs'],
      Labels: {
        'org.opencontainers.image.title': 'perf-tester',
        'org.opencontainers.image.description': expect.stringContaining('load'),
        'org.opencontainers.image.licenses': 'Apache-2.0',
        'org.opencontainers.image.version': expect.stringMatching(/^\d/),
      },
    })
    expect(config.Cmd ?? []).toEqual([])
  })

  it('are made for another architecture without running anything of it', async () => {
    const base = `localhost/${uniqueName('arm64-base')}:1`
    const container = await run('buildah', ['from', '--arch', 'arm64', 'scratch'])
    await run('buildah', ['commit', '--rm', container, base])
    onTestFinished(async () => void (await run('buildah', ['rmi', base])))
    const env = { ...temporaryRegistry(), TARGET_ARCH: 'arm64', DAPR_PERF_BASE_IMAGE: base }
    await run('env', [
      'TARGET_OS=linux',
      'TARGET_ARCH=arm64',
      'node',
      join(root, 'packages/fortio-image/build.mjs'),
    ])
    await daprPerf(['build-perf-app', 'tester'], env)

    const reference = `${env.DAPR_TEST_REGISTRY}/perf-tester:dev`
    expect((await inspect(reference)).architecture).toBe('arm64')
    const mounted = await run('buildah', ['from', '--arch', 'arm64', reference])
    const fortio = join(await run('buildah', ['mount', mounted]), 'usr/local/bin/fortio')
    const header = await run('od', ['-An', '-tx1', '-j18', '-N2', fortio])
    await run('buildah', ['rm', mounted])
    expect(header.trim()).toBe('b7 00') // EM_AARCH64
  })

  it('add at most 25 MB to their base, fortio apart', async () => {
    const env = temporaryRegistry()
    await daprPerf(['build-perf-app', 'tester'], env)
    const container = await run('buildah', ['from', `${env.DAPR_TEST_REGISTRY}/perf-tester:dev`])
    const folder = await run('buildah', ['mount', container])
    const bytes = Number((await run('du', ['-sb', join(folder, 'app')])).split('\t')[0])
    await run('buildah', ['rm', container])
    expect(bytes).toBeGreaterThan(0)
    expect(bytes).toBeLessThan(25 * 2 ** 20)
  })

  it('are pushed to where they are looked for', async () => {
    const env = temporaryRegistry()
    await daprPerf(['push-perf-app', 'service_invocation_http'], env)
    const reference = `${env.DAPR_TEST_REGISTRY}/perf-service_invocation_http:dev`
    expect(await findInRegistry(reference)).toMatchObject({ is: 'there' })
    expect(await findInRegistry(`${env.DAPR_TEST_REGISTRY}/perf-tester:dev`)).toEqual({ is: 'missing' })
  })
})

it('a docker without an engine is noticed', async () => {
  const lines = await daprPerf(
    ['build-perf-app', 'all'],
    { ...temporaryRegistry(), DAPR_PERF_IMAGE_BUILDER: 'docker' },
    1,
  )
  expect(lines).toMatch(/No program that builds images works.*\n +docker: .*(daemon|not on the PATH)/)
})
