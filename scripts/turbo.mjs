import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { reported } from './reported.mjs'

/** Runs turbo tasks. @returns whether all of them passed */
export const turbo = (...args) =>
  reported(`turbo ${args.filter((arg) => !arg.startsWith('-')).join(' ')}`, () =>
    run('node', 'node_modules/turbo/bin/turbo', 'run', ...args, '--output-logs=full', '--log-order=grouped'),
  )

/** Runs a program. @returns whether it succeeded */
export async function run(command, ...args) {
  const [code] = await once(spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }), 'exit')
  return code === 0
}
