import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Runs turbo tasks. @returns whether all of them passed */
export const turbo = (...args) =>
  run('node', 'node_modules/turbo/bin/turbo', 'run', ...args, '--output-logs=full', '--log-order=grouped')

/** Runs a program. @returns whether it succeeded */
export async function run(command, ...args) {
  const [code] = await once(spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }), 'exit')
  return code === 0
}
