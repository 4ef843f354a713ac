// Runs every check that needs no cluster: lint, types, fast tests, then slow ones. The last line has the totals.
import { join } from 'node:path'
import { countTests, forgetTests, report } from './count-tests.mjs'
import { run, turbo } from './turbo.mjs'

/** The workspaces whose slow tests make loads: these run one after the other, with nothing else beside them. */
const withLoads = ['dapr-perf', '@dapr-perf/fortio-image', '@dapr-perf/tester']

process.chdir(join(import.meta.dirname, '..'))
forgetTests()

// Building daprd may take minutes: lint, types and fast tests don't need it, and those slow tests that make no load
// follow as soon as it is there.
const daprd = run('node', 'scripts/daprd.mjs')
const [fast, quiet] = await Promise.all([
  turbo('lint', 'typecheck', 'test', '--continue'),
  daprd.then((isThere) => isThere && slow(withLoads.map((name) => `--filter=!${name}`))),
])
const loads = (await daprd) && (await slow(withLoads.map((name) => `--filter=${name}`)))
process.exitCode = report(fast && quiet && loads, countTests())

/** Runs slow tests of some workspaces. @returns whether all of them passed */
function slow(filters) {
  // The file that DAPR_PERF_DAPRD names may have changed since the last time.
  const again = process.env.DAPR_PERF_DAPRD ? ['--force'] : []
  return turbo('test:slow', ...filters, '--continue', '--concurrency=1', ...again)
}
