// The tests on a cluster. Those of runs share one Dapr; those of tasks install and remove it; those of images need none.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { register } from 'tsx/esm/api'

register()
const { default: installDapr } = await import('./installed-dapr.ts')

async function run(kind) {
  const [code] = await once(spawn('vitest', ['run', '--project', kind], { stdio: 'inherit' }), 'close')
  return code === 0
}

const removeDapr = await installDapr()
const passed = [
  await run('cluster-runs'),
  ...(await Promise.all([run('cluster-disruptions'), run('cluster-images')])),
]
await removeDapr?.()
passed.push(await run('cluster-tasks'))
process.exitCode = passed.every(Boolean) ? 0 : 1
