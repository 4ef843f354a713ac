// go test, for people on the terminal and for whoever counts in test-results: the fast tests or, with --slow, those that
// need a real daprd and Redis.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'

const slow = process.argv.includes('--slow')
const choice = slow ? ['-tags', 'slow', '-run', '^TestReal'] : []
const { stdout, status } = spawnSync('go', ['test', '-count=1', '-json', ...choice, './...'], {
  encoding: 'utf8',
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
