// The tools that everything else needs: checked first, since without them it fails with errors that don't say why.
import '../packages/cli/bin/check-node.js'
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'

/** What turbo's hash of each task has to know beside its files: see globalDependencies in turbo.json. */
const toolsFile = '.tools'

/** Ends the process with one line if Go is missing or too old; records which Node and Go there are. */
export async function checkTools() {
  const module = 'packages/dapr'
  const [, needed] = /^go (\S+)/m.exec(readFileSync(`${module}/go.mod`, 'utf8'))
  const { found, problem } = await goOf(module)
  if (problem || found.localeCompare(needed, 'en', { numeric: true }) < 0) {
    console.error(
      `dapr-perf needs Go ${needed} or newer, and ${problem ?? `this is Go ${found}`}: https://go.dev/dl`,
    )
    process.exit(2)
  }
  writeFileSync(toolsFile, `Node ${process.versions.node}, Go ${found}\n`)
}

/** The version of Go in a module's folder, where go may download a newer one of itself. */
async function goOf(cwd) {
  try {
    const { stdout } = await promisify(execFile)('go', ['env', 'GOVERSION'], { cwd })
    return { found: stdout.trim().replace(/^go/, '') }
  } catch (error) {
    if (error.code === 'ENOENT') return { problem: 'there is no go on the PATH' }
    return { problem: `go answers: ${error.stderr.trim()}` }
  }
}
