// Counts tests, from the test runners' output in the workspaces' test-results.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const resultFolders = () => readdirSync('packages').map((name) => join('packages', name, 'test-results'))

export function forgetTests() {
  for (const folder of resultFolders()) rmSync(folder, { recursive: true, force: true })
}

/** The totals of all tests since forgetTests, also as a line of text. */
export function countTests() {
  const total = { passed: 0, failed: 0, skipped: 0 }
  for (const folder of resultFolders()) {
    for (const file of existsSync(folder) ? readdirSync(folder) : []) {
      const text = readFileSync(join(folder, file), 'utf8')
      const count = file.startsWith('go') ? countGo(text) : countVitest(text)
      total.passed += count.passed
      total.failed += count.failed
      total.skipped += count.skipped
    }
  }
  const { passed, failed, skipped } = total
  return { ...total, line: `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}` }
}

function countVitest(text) {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(text)
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests }
}

function countGo(text) {
  const events = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  const count = (action) => events.filter((event) => event.Test && event.Action === action).length
  return { passed: count('pass'), failed: count('fail'), skipped: count('skip') }
}
