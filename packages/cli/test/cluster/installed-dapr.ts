import { join } from 'node:path'
import { execa } from 'execa'
import { registry, run, uniqueName } from './cluster.js'

const root = join(import.meta.dirname, '../../../..')
const program = join(root, 'packages/cli/bin/dapr-perf.js')

/** Unless there is a Dapr, pushes all images and installs it before the tests of runs; removes it, its CRDs included, after them. */
export default async function installDapr(): Promise<(() => Promise<void>) | undefined> {
  if (await daprNamespace()) return undefined
  const namespace = uniqueName('dapr')
  const env = {
    DAPR_REGISTRY: registry,
    DAPR_NAMESPACE: namespace,
    DAPR_TEST_REGISTRY: registry,
    DAPR_TEST_NAMESPACE: namespace,
  }
  const task = (...args: string[]) => execa(process.execPath, [program, ...args], { cwd: root, env })
  await Promise.all([task('docker-push'), task('push-perf-app', 'all')])
  await task('create-test-namespace')
  await task('docker-deploy-k8s')
  return async () => {
    await task('test-clean')
    await task('delete-test-namespace')
  }
}

/** The namespace of the Dapr that the cluster has. */
export async function daprNamespace(): Promise<string | undefined> {
  const [release] = JSON.parse(await run('helm', ['list', '-A', '-f', '^dapr$', '-o', 'json']))
  return release?.namespace
}
