// Counts tests, from what the test runners wrote into the workspaces' test-results.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const resultFolders = () => readdirSync('packages').map((name) => join('packages', name, 'test-results'))

export function forgetTests() {
  for (const folder of resultFolders()) rmSync(folder, { recursive: true, force: true })
}

/** All that ran since they were forgotten, as the line that closes a test run. */
export function countTests() {
  const total = { passed: 0, failed: 0 }
  for (const folder of resultFolders()) {
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
