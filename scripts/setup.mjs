// All set-up that a fresh clone needs, and no work where it is done already. It runs before anything is installed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

process.chdir(join(import.meta.dirname, '..'))

nameCasesAfterTheirFolders()
if (!isInstalled())
  await run('installing packages', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
await run('building', process.execPath, [
  'node_modules/turbo/bin/turbo',
  'build',
  '--output-logs=errors-only',
  '--log-order=grouped',
])

/** A case that was copied still carries the other's name, and two workspaces can't have the same. */
function nameCasesAfterTheirFolders() {
  for (const folder of readdirSync('tests')) {
    const manifest = join('tests', folder, 'package.json')
    if (!existsSync(manifest)) continue
    const { name } = JSON.parse(readFileSync(manifest, 'utf8'))
    if (!name || name === folder) continue
    for (const file of [manifest, join('tests', folder, 'turbo.json')].filter(existsSync)) {
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll(name, folder))
    }
    console.error(`tests/${folder}: renamed the workspace from ${name} to ${folder}`)
  }
}

function isInstalled() {
  const installed = 'node_modules/.package-lock.json'
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync('package-lock.json').mtimeMs
}

/** Says what takes its time while it does, and shows the output where it failed. */
async function run(what, command, args) {
  const started = performance.now()
  const saying = setTimeout(() => console.error(`${what} …`), 1_000)
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
  if (code !== 0) {
    console.error(`${output}\nset-up failed while ${what}: see above`)
    process.exit(1)
  }
  const seconds = (performance.now() - started) / 1000
  if (seconds > 2) console.error(`${what}: ${seconds.toFixed(0)} s`)
}
