// All set-up that a fresh clone needs; quick if it is already done. It runs before any package is installed.
import '../packages/cli/bin/check-node.js'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { declareCases } from './declare-cases.mjs'

process.chdir(join(import.meta.dirname, '..'))

declareCases()
if (!isInstalled())
  await run('installing packages', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
await run('building', process.execPath, [
  'node_modules/turbo/bin/turbo',
  'build',
  '--output-logs=errors-only',
  '--log-order=grouped',
])

function isInstalled() {
  const installed = 'node_modules/.package-lock.json'
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync('package-lock.json').mtimeMs
}

/** Runs a program; reports every 10 s that it still runs, and shows its output if it fails. */
async function run(what, command, args) {
  const started = performance.now()
  const saying = setTimeout(() => console.error(`${what} …`), 1_000)
  const elapsed = () => `${((performance.now() - started) / 1000).toFixed(0)} s`
  const repeating = setInterval(() => console.error(`${what} … ${elapsed()} so far`), 10_000)
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text
  })
  const [code] = await once(child, 'close').catch((error) => {
    output = error.message
    return [1]
  })
  clearTimeout(saying)
  clearInterval(repeating)
  if (code !== 0) {
    console.error(`${output}\nset-up failed while ${what}: see above`)
    process.exit(1)
  }
  if (performance.now() - started > 2_000) console.error(`${what}: ${elapsed()}`)
}
