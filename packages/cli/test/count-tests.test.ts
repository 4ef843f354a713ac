import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { root as checkout, temporaryFolder } from './cli.js'

const { countTests, forgetTests, report } = await import(join(checkout, 'scripts/count-tests.mjs'))

/** A project with some files. */
function project(files: Record<string, string>): string {
  const root = temporaryFolder()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  return root
}

/** What vitest writes of a test file. */
const ran = (name: string, ...statuses: string[]) => ({
  name: `/anywhere/packages/${name}`,
  assertionResults: statuses.map((status, index) => ({
    status,
    fullName: `test ${index + 1}`,
    failureMessages: status === 'failed' ? ['expected 4 to be 1'] : [],
  })),
})

const vitest = (...testResults: ReturnType<typeof ran>[]) => {
  const count = (wanted: string) =>
    testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === wanted)
      .length
  return JSON.stringify({
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numPendingTests: count('pending'),
    testResults,
  })
}

const go = (...events: [action: string, test?: string, output?: string][]) =>
  events.map(([Action, Test, Output]) => JSON.stringify({ Action, Test, Output })).join('\n')

const tests = {
  'packages/a/test/one.test.ts': '',
  'packages/a/test/slow/two.test.ts': '',
  'packages/a/test/cluster/runs/three.test.ts': '',
  'packages/a/test/helper.ts': '',
  'packages/g/load_test.go': '//go:build slow\nfunc TestLoad(t *testing.T) {}\nfunc Testify() {}\n',
}
const fast = { 'packages/a/test-results/a.json': vitest(ran('a/test/one.test.ts', 'passed', 'passed')) }
const slow = {
  'packages/a/test-results/a-slow.json': vitest(ran('a/test/slow/two.test.ts', 'failed', 'pending')),
}
const goSlow = {
  'packages/g/test-results/go-slow.json': go(['run', 'TestLoad'], ['pass', 'TestLoad'], ['pass']),
}

it('adds up the tests of all runners', () => {
  const root = project({ ...tests, ...fast, ...slow, ...goSlow })
  expect(countTests({ root })).toEqual({
    passed: 3,
    failed: 1,
    skipped: 1,
    failures: ['packages/a: test/slow/two.test.ts: test 1\nexpected 4 to be 1'],
    notRun: [],
    line: '3 passed, 1 failed, 1 skipped',
  })
})

it('says why a test of Go failed', () => {
  const output = ['output', 'TestLoad', 'load_test.go:7: no load\n'] as const
  const root = project({ 'packages/g/test-results/go.json': go([...output], ['fail', 'TestLoad'], ['fail']) })
  expect(countTests({ root }).failures).toEqual(['packages/g: TestLoad\nload_test.go:7: no load\n'])
})

it.each([
  ['of a kind', { ...fast, ...goSlow }, 'packages/a: test/slow/two.test.ts'],
  [
    'whose results hold nothing of them',
    { ...fast, ...slow, ...goSlow, ...{ 'packages/a/test-results/a-slow.json': vitest() } },
    'packages/a: test/slow/two.test.ts',
  ],
  [
    'of a file without any',
    { ...slow, ...goSlow, 'packages/a/test-results/a.json': vitest(ran('a/test/one.test.ts')) },
    'packages/a: test/one.test.ts',
  ],
  [
    'of Go',
    { ...fast, ...slow, 'packages/g/test-results/go-slow.json': go(['skip']) },
    'packages/g: TestLoad',
  ],
])('names tests %s that were not run', (_, results, missing) => {
  const root = project({ ...tests, ...results })
  const { notRun, line } = countTests({ root })
  expect(notRun).toEqual([missing])
  expect(line).toMatch(/, 1 not run$/)
})

it('wants those on a cluster only after they should have been run, and not those of an earlier time', () => {
  const cluster = vitest(ran('a/test/cluster/runs/three.test.ts', 'passed'))
  const root = project({
    ...tests,
    ...fast,
    ...slow,
    ...goSlow,
    'packages/a/test-results/a-cluster-runs.json': cluster,
  })
  expect(countTests({ root, onCluster: true }).notRun).toEqual([])
  forgetTests({ root, onlyCluster: true })
  expect(countTests({ root, onCluster: true }).notRun).toEqual([
    'packages/a: test/cluster/runs/three.test.ts',
  ])
  expect(countTests({ root })).toMatchObject({ passed: 3, notRun: [] })
  forgetTests({ root })
  expect(countTests({ root })).toMatchObject({ passed: 0, line: '0 passed, 0 failed, 3 not run' })
})

it.each([
  ['all passed', true, { passed: 2 }, 0, '2 passed, 0 failed'],
  ['one failed', false, { passed: 2, failed: 1, failures: ['a: b\nwhy'] }, 1, '2 passed, 1 failed'],
  ['a worker crashed', false, { passed: 2 }, 1, '2 passed, 0 failed; a task failed, see above'],
  ['nothing was run', true, {}, 1, '0 passed, 0 failed'],
  ['one was not run', true, { passed: 2, notRun: ['a: b'] }, 1, '2 passed, 0 failed'],
])('where %s, the exit code and the last line say so', (_, succeeded, counts, code, last) => {
  const print = vi.spyOn(console, 'log').mockReturnValue()
  const all = { passed: 0, failed: 0, skipped: 0, failures: [], notRun: [], ...counts }
  expect(report(succeeded, { ...all, line: `${all.passed} passed, ${all.failed} failed` })).toBe(code)
  expect(print.mock.lastCall).toEqual([last])
  expect(print.mock.calls.slice(0, -1)).toEqual([
    ...all.failures.map((test) => [`failed: ${test}`]),
    ...all.notRun.map((test) => [`not run: ${test}`]),
  ])
  print.mockRestore()
})
