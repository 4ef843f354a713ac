// Makes fast tests fail that start a process. Loaded before each test file.
import { createRequire, syncBuiltinESMExports } from 'node:module'

const childProcess = createRequire(import.meta.url)('node:child_process')
for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) {
  childProcess[name] = (file) => {
    throw new Error(`fast tests must not start processes, and this one starts ${file}: move it to test/slow`)
  }
}
syncBuiltinESMExports()
