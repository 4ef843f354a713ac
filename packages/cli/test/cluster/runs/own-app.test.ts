import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { projectOf, temporaryFolder } from '../../cli.js'
import { filesWithSecret, maskedMetadata, maskedVariables, ownApp, ownCase } from '../../own-app.js'
import { kubectl, registry, run, uniqueName } from '../cluster.js'
import { namespace, prepareCluster, restoreCluster, startRun } from '../running.js'

beforeAll(prepareCluster, 60_000)
afterAll(restoreCluster, 120_000)

/** Builds an image of a program that isn't ours, and pushes it. @param user as in a Dockerfile */
async function pushOwnImage(user = 'root'): Promise<string> {
  const image = `${registry}/${uniqueName('own')}/hello:1`
  const context = temporaryFolder()
  mkdirSync(context, { recursive: true })
  writeFileSync(join(context, 'hello.mjs'), ownApp)
  const lines = [
    'FROM docker.io/library/node:24-bookworm-slim',
    'COPY hello.mjs /',
    `USER ${user}`,
    'ENTRYPOINT ["node", "/hello.mjs"]',
  ]
  writeFileSync(join(context, 'Dockerfile'), lines.join('\n'))
  await run('buildah', ['build', '--pull=false', '--tag', image, context])
  onTestFinished(async () => void (await run('buildah', ['rmi', image])))
  await run('buildah', ['push', '--tls-verify=false', image])
  return image
}

it('an app of its own, an image that is not ours, is measured through Dapr', async () => {
  const image = await pushOwnImage()
  const cwd = projectOf('own_app', ownCase({ image }))
  const out = temporaryFolder()
  const cli = startRun({ name: 'own_app', cwd, out })
  await cli.passed()
  expect(cli.stdout).toMatch(/✓ hello: called through Dapr as hello-\w+, with the component memory-\w+/)

  expect(filesWithSecret(out)).toEqual([])
  const { environment } = JSON.parse(readFileSync(join(out, 'latest/own_app/result.json'), 'utf8'))
  expect(environment.dapr.components[0]).toMatchObject({ metadata: maskedMetadata })
  expect(environment.programs.apps.hello).toEqual({
    image,
    imageID: expect.stringMatching(/sha256:[0-9a-f]{64}$/),
    ...maskedVariables,
  })
})

it('an app of its own that has only a command is refused: here it needs an image', async () => {
  const cwd = projectOf('own_app', ownCase({ command: ['node', 'hello.mjs'] }))
  const cli = startRun({ name: 'own_app', cwd })
  expect(await cli.ended).toBe(2)
  expect(cli.stderr).toContain('hello: on Kubernetes an app needs an image')
})

describe('in a namespace that enforces Pod Security', () => {
  const label = 'pod-security.kubernetes.io/enforce'

  beforeAll(async () => {
    await kubectl('label', 'namespace', namespace, `${label}=restricted`)
  })

  it('an app of its own that is not root starts, beside our apps and sidecars', async () => {
    const cwd = projectOf('own_app', ownCase({ image: await pushOwnImage('1000') }))
    const cli = startRun({ name: 'own_app', cwd })
    await cli.printed('apps are ready')
    cli.kill('SIGINT')
    expect(await cli.ended, cli.stderr).toBe(130)
  })

  it('one that is root is refused with one line: the label, the container, and what to do', async () => {
    const cwd = projectOf('own_app', ownCase({ image: await pushOwnImage() }))
    const cli = startRun({ name: 'own_app', cwd })
    expect(await cli.ended).toBe(1)
    expect(cli.stderr).toMatch(
      new RegExp(
        `hello can't be started \\(CreateContainerConfigError\\): .*${label}=restricted forbids root`,
      ),
    )
  })
})
