// All set-up that a fresh clone needs; quick if it is already done. It runs before any package is installed.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { declareCases } from './declare-cases.mjs'
import { reported } from './reported.mjs'
import { checkTools } from './tools.mjs'

process.chdir(join(import.meta.dirname, '..'))
const turbo = 'node_modules/turbo/bin/turbo'

await reported('looking for Go', checkTools)
declareCases()
if (!isInstalled())
  // Without the flag npm leaves out what the build needs, where NODE_ENV is production.
  await run('installing packages', 'npm', [
    ...['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'],
  ])
await run('building', process.execPath, [turbo, 'build', '--output-logs=errors-only', '--log-order=grouped'])

function isInstalled() {
  const installed = 'node_modules/.package-lock.json'
  if (!existsSync(turbo)) return false // an earlier npm has left it out
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync('package-lock.json').mtimeMs
}

/** Runs a program, and shows its output if it fails. */
async function run(what, command, args) {
  const started = performance.now()
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text
  })
  const [code] = await reported(what, () => once(child, 'close')).catch((error) => {
    output = error.code === 'ENOENT' ? `there is no ${command} on the PATH` : error.message
    return [1]
  })
  if (code !== 0) {
    console.error(`${output}\nset-up failed while ${what}: see above`)
    process.exit(1)
  }
  const seconds = (performance.now() - started) / 1000
  if (seconds > 2) console.error(`${what}: ${seconds.toFixed(0)} s`)
}
