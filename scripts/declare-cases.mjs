// turbo runs only tasks that are declared in package.json and turbo.json: declares a task test-perf-NAME for each case,
// tests/NAME/case.ts.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const prefix = 'test-perf-'

export function declareCases() {
  const tests = join(import.meta.dirname, '../tests')
  const isCase = (name) => /^[\w.-]+$/.test(name) && existsSync(join(tests, name, 'case.ts'))
  const names = readdirSync(tests).filter(isCase)
  const withCases = (declared, value) =>
    Object.fromEntries([
      ...Object.entries(declared).filter(([name]) => !name.startsWith(prefix)),
      ...names.sort().map((name) => [prefix + name, value(name)]),
    ])
  update(join(tests, 'package.json'), (manifest) => {
    manifest.scripts = withCases(manifest.scripts, (name) => `dapr-perf run ${name}`)
  })
  update(join(tests, 'turbo.json'), (config) => {
    const task = { dependsOn: ['^build'], cache: false, passThroughEnv: ['*'] }
    config.tasks = withCases(config.tasks, () => task)
  })
}

function update(file, change) {
  const before = readFileSync(file, 'utf8')
  const content = JSON.parse(before)
  change(content)
  if (JSON.stringify(content) === JSON.stringify(JSON.parse(before))) return
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`)
  console.error(`${file}: updated with the tasks of the cases`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) declareCases()
