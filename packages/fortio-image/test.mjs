// Runs go test, with its output on the terminal and as JSON in test-results: the fast tests, which start no process, or
// with --slow those that start fortio, a real daprd and Redis (build tag slow).
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'

const slow = process.argv.includes('--slow')
const choice = slow ? ['-tags', 'slow'] : []
const { stdout, status } = spawnSync('go', ['test', '-trimpath', '-count=1', '-json', ...choice, './...'], {
  env: { ...process.env, CGO_ENABLED: '0' }, // as the build has it: what is compiled for one serves the other
  encoding: 'utf8',
  maxBuffer: Number.POSITIVE_INFINITY,
  stdio: ['ignore', 'pipe', 'inherit'],
})
mkdirSync('test-results', { recursive: true })
writeFileSync(`test-results/go${slow ? '-slow' : ''}.json`, stdout)
const events = stdout
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line))
process.stdout.write(events.map((event) => event.Output ?? '').join(''))
process.exit(status ?? 1)
