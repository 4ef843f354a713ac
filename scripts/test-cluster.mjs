// Runs the tests that need a cluster. The last line has the totals, including those of npm test before.
import { join } from 'node:path'
import { countTests, forgetTests, report } from './count-tests.mjs'
import { turbo } from './turbo.mjs'

process.chdir(join(import.meta.dirname, '..'))
forgetTests({ onlyCluster: true })
const all = await turbo('test:cluster', '--continue', '--concurrency=1')
process.exitCode = report(all, countTests({ onCluster: true }))
