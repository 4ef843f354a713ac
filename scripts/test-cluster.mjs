// Runs the tests that need a cluster. The last line has the totals, including those of npm test before.
import { join } from 'node:path'
import { countTests } from './count-tests.mjs'
import { turbo } from './turbo.mjs'

process.chdir(join(import.meta.dirname, '..'))
const all = await turbo('test:cluster', '--continue', '--concurrency=1')
const { passed, failed, line } = countTests()
console.log(line)
if (!all || failed > 0 || passed === 0) process.exit(1)
