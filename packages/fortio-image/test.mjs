// go test, for people on the terminal and for whoever counts in test-results/go.json.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'

const { stdout, status } = spawnSync('go', ['test', '-count=1', '-json', './...'], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
})
mkdirSync('test-results', { recursive: true })
writeFileSync('test-results/go.json', stdout)
const events = stdout
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line))
process.stdout.write(events.map((event) => event.Output ?? '').join(''))
process.exit(status ?? 1)
