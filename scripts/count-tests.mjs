// Counts tests, from the test runners' output in the workspaces' test-results, and names those that failed or were not run.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'

/** As much of why a test failed as is shown again at the end: of the beginning, and of the end. */
const shownCharacters = 2_000

const workspaces = (root) => readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name))
const resultsOf = (workspace) => join(workspace, 'test-results')

function shortened(text) {
  if (text.length <= 2 * shownCharacters) return text
  return `${text.slice(0, shownCharacters)}\n…\n${text.slice(-shownCharacters)}`
}

/** Deletes the results of all tests, or of those on a cluster. */
export function forgetTests({ root = '.', onlyCluster = false } = {}) {
  for (const folder of workspaces(root).map(resultsOf))
    for (const file of existsSync(folder) ? readdirSync(folder) : [])
      if (!onlyCluster || file.includes('-cluster-')) rmSync(join(folder, file))
}

/**
 * The totals of all tests since forgetTests, also as a line of text, those that failed, and the test files (of Go:
 * functions) that were not run since then: a runner can succeed without them.
 *
 * @param onCluster whether those on a cluster should have been run
 */
export function countTests({ root = '.', onCluster = false } = {}) {
  const total = { passed: 0, failed: 0, skipped: 0 }
  const notRun = []
  const failures = []
  for (const workspace of workspaces(root)) {
    const ran = new Set()
    for (const file of existsSync(resultsOf(workspace)) ? readdirSync(resultsOf(workspace)) : []) {
      const text = readFileSync(join(resultsOf(workspace), file), 'utf8')
      const count = file.startsWith('go') ? countGo(text) : countVitest(text, workspace)
      total.passed += count.passed
      total.failed += count.failed
      total.skipped += count.skipped
      for (const { test, why } of count.failures)
        failures.push(`${relative(root, workspace)}: ${test}\n${shortened(why)}`)
      for (const test of count.ran) ran.add(test)
    }
    const expected = [...testFiles(workspace, onCluster), ...goTests(workspace)]
    notRun.push(
      ...expected.filter((test) => !ran.has(test)).map((test) => `${relative(root, workspace)}: ${test}`),
    )
  }
  const counts = [
    `${total.passed} passed`,
    `${total.failed} failed`,
    ...(total.skipped > 0 ? [`${total.skipped} skipped`] : []),
    ...(notRun.length > 0 ? [`${notRun.length} not run`] : []),
  ]
  return { ...total, failures, notRun, line: counts.join(', ') }
}

/**
 * Prints what failed, and why; what was not run; and the totals as the last line.
 *
 * @param succeeded whether all tasks did
 * @returns the exit code
 */
export function report(succeeded, { passed, failed, failures, notRun, line }) {
  for (const test of failures) console.log(`failed: ${test}`)
  for (const test of notRun) console.log(`not run: ${test}`)
  // A worker that crashed, or an error outside of the tests, is in none of the counts.
  console.log(succeeded || failed > 0 ? line : `${line}; a task failed, see above`)
  return succeeded && passed > 0 && failed === 0 && notRun.length === 0 ? 0 : 1
}

function testFiles(workspace, onCluster) {
  const folder = join(workspace, 'test')
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true })
    .filter((file) => /\.(test|spec)\.\w+$/.test(file))
    .filter((file) => onCluster || !file.startsWith(`cluster${sep}`))
    .map((file) => join('test', file))
}

function goTests(workspace) {
  const files = readdirSync(workspace).filter((file) => file.endsWith('_test.go'))
  return files.flatMap((file) =>
    [...readFileSync(join(workspace, file), 'utf8').matchAll(/^func (Test[^a-z]\w*)\(/gm)].map(
      ([, name]) => name,
    ),
  )
}

function countVitest(text, workspace) {
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(text)
  const hasRun = ({ assertionResults }) => assertionResults.length > 0
  // A cached result may come from another checkout.
  const folder = join(sep, basename(workspace), sep)
  const pathOf = ({ name }) => name.slice(name.lastIndexOf(join(folder, 'test')) + folder.length)
  return {
    passed: numPassedTests,
    failed: numFailedTests,
    skipped: numPendingTests,
    failures: testResults.flatMap((file) =>
      file.assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName, failureMessages }) => ({
          test: `${pathOf(file)}: ${fullName}`,
          why: failureMessages.join('\n'),
        })),
    ),
    ran: testResults.filter(hasRun).map(pathOf),
  }
}

function countGo(text) {
  const events = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  const of = (action) => events.filter((event) => event.Test && event.Action === action)
  const [passed, failed, skipped] = [of('pass'), of('fail'), of('skip')]
  return {
    passed: passed.length,
    failed: failed.length,
    skipped: skipped.length,
    failures: failed.map(({ Test }) => ({
      test: Test,
      why: events
        .filter((event) => event.Test === Test && event.Action === 'output')
        .map(({ Output }) => Output)
        .join(''),
    })),
    ran: [...passed, ...failed, ...skipped].map(({ Test }) => Test),
  }
}
