import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'

// What turbo's hash of a task has to know beside the task's files: see turbo.json.
process.env.DAPR_PERF_TOOLCHAIN = [
  process.version,
  execFileSync('go', ['env', 'GOVERSION']).toString().trim(),
].join()

/** Runs turbo tasks. @returns whether all of them passed */
export const turbo = (...args) =>
  run('node', 'node_modules/turbo/bin/turbo', 'run', ...args, '--output-logs=full', '--log-order=grouped')

/** Runs a program. @returns whether it succeeded */
export async function run(command, ...args) {
  const [code] = await once(spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }), 'exit')
  return code === 0
}
