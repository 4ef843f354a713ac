// Every check that needs no cluster: lint, types, fast tests, then slow ones, one package after the other so that
// loads don't disturb each other. Ends with one line that counts the tests, from what the test runners wrote.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

process.chdir(join(import.meta.dirname, '..'))

// Only what this run writes, or turbo restores, counts.
for (const name of readdirSync('packages')) {
  rmSync(join('packages', name, 'test-results'), { recursive: true, force: true })
}

// Where daprd has to be built, that takes minutes: lint, types and fast tests don't need it.
const daprd = run('node', 'scripts/daprd.mjs')
const fast = await turbo('lint', 'typecheck', 'test', '--continue')
const slow = (await daprd) && (await turbo('test:slow', '--continue', '--concurrency=1'))
const { passed, failed } = countTests()
console.log(`${passed} passed, ${failed} failed`)
if (!fast || !slow || failed > 0 || passed === 0) process.exit(1)

function turbo(...args) {
  return run(
    'node',
    'node_modules/turbo/bin/turbo',
    'run',
    ...args,
    '--output-logs=full',
    '--log-order=grouped',
  )
}

async function run(command, ...args) {
  const [code] = await once(spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }), 'exit')
  return code === 0
}

function countTests() {
  const total = { passed: 0, failed: 0 }
  for (const name of readdirSync('packages')) {
    const folder = join('packages', name, 'test-results')
    for (const file of existsSync(folder) ? readdirSync(folder) : []) {
      const text = readFileSync(join(folder, file), 'utf8')
      const count = file.startsWith('go') ? countGo(text) : countVitest(text)
      total.passed += count.passed
      total.failed += count.failed
    }
  }
  return total
}

function countVitest(text) {
  const { numPassedTests, numFailedTests } = JSON.parse(text)
  return { passed: numPassedTests, failed: numFailedTests }
}

function countGo(text) {
  const events = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  const count = (action) => events.filter((event) => event.Test && event.Action === action).length
  return { passed: count('pass'), failed: count('fail') }
}
