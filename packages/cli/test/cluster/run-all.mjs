// The tests on a cluster. Each kind needs the cluster in another state, so that they follow one another; images need none.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

async function run(kind) {
  const [code] = await once(spawn('vitest', ['run', '--project', kind], { stdio: 'inherit' }), 'close')
  return code === 0
}

const passed = [
  await run('cluster-runs'),
  ...(await Promise.all([run('cluster-disruptions'), run('cluster-images')])),
  await run('cluster-tasks'),
]
process.exitCode = passed.every(Boolean) ? 0 : 1
