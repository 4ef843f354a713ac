// Loaded first: an older Node fails somewhere in the modules that follow, with an error that doesn't say why.
import { readFileSync } from 'node:fs'

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const needed = engines.node.replace('>=', '')
const [major, minor] = process.versions.node.split('.').map(Number)
const [neededMajor, neededMinor] = needed.split('.').map(Number)
if (major < neededMajor || (major === neededMajor && minor < neededMinor)) {
  console.error(`dapr-perf needs Node ${needed} or newer, and this is Node ${process.versions.node}`)
  process.exit(2)
}
