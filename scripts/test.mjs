// Runs every check that needs no cluster: lint, types, fast tests, then slow ones, one package after the other so that
// loads don't disturb each other. The last line has the totals.
import { join } from 'node:path'
import { countTests, forgetTests, report } from './count-tests.mjs'
import { run, turbo } from './turbo.mjs'

process.chdir(join(import.meta.dirname, '..'))
forgetTests()

// Building daprd may take minutes: meanwhile run lint, types and fast tests, which don't need it.
const daprd = run('node', 'scripts/daprd.mjs')
const fast = await turbo('lint', 'typecheck', 'test', '--continue')
// The file that DAPR_PERF_DAPRD names may have changed since the last time.
const again = process.env.DAPR_PERF_DAPRD ? ['--force'] : []
const slow = (await daprd) && (await turbo('test:slow', '--continue', '--concurrency=1', ...again))
process.exitCode = report(fast && slow, countTests())
