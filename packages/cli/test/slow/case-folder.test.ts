import { cpSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import {
  Cli,
  caseNames,
  copiedCase,
  failedChecks,
  projectOf,
  readResult,
  root,
  temporaryFolder,
} from '../cli.js'

describe("a case's folder", () => {
  it('holds nothing but the case', () => {
    for (const name of caseNames) expect(readdirSync(join(root, 'tests', name))).toEqual(['case.ts'])
  })

  it('that was copied is a turbo task after the set-up, and runs', async () => {
    const copy = temporaryFolder()
    const { stdout } = await execa('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
    })
    for (const file of stdout.split('\n').filter((one) => existsSync(join(root, one))))
      cpSync(join(root, file), join(copy, file), { recursive: true })
    for (const name of readdirSync(join(root, 'packages')))
      for (const built of ['dist', 'bin'])
        if (existsSync(join(root, 'packages', name, built)))
          cpSync(join(root, 'packages', name, built), join(copy, 'packages', name, built), {
            recursive: true,
          })
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    cpSync(join(copy, 'tests/service_invocation_http'), join(copy, 'tests/test'), { recursive: true })

    const setUp = await execa('node', ['scripts/declare-cases.mjs'], { cwd: copy })
    expect(setUp.stderr).toContain('tests/turbo.json: updated')
    const again = await execa('node', ['scripts/declare-cases.mjs'], { cwd: copy })
    expect(again.stderr).toBe('')
    const { scripts } = JSON.parse(readFileSync(join(copy, 'tests/package.json'), 'utf8'))
    expect(scripts).toMatchObject({
      'test-perf-test': 'dapr-perf run test',
      'test-perf-service_invocation_http': 'dapr-perf run service_invocation_http',
    })

    const env = { DAPR_PERF_QPS: '50', DAPR_PERF_CONNECTIONS: '2', DAPR_TEST_DURATION: '1s' }
    const turbo = ['turbo', 'run', 'test-perf-test', '--only']
    const run = await execa('npx', turbo, { cwd: copy, env, reject: false })
    expect(run.stdout, run.stderr).toContain('results in')
    const result = readResult(join(copy, 'results'), 'test')
    expect(result).toMatchObject({ case: 'test', params: { qps: 50 } })
    expect(failedChecks(result)).toEqual([])

    rmSync(join(copy, 'tests/test'), { recursive: true })
    await execa('node', ['scripts/declare-cases.mjs'], { cwd: copy })
    expect(readFileSync(join(copy, 'tests/turbo.json'), 'utf8')).not.toContain('test-perf-test')
  })
})

it('the folder of a case is where relative paths in components start, wherever the command is called', async () => {
  const secrets =
    "{ name: 'mine', typeName: 'secretstores.local.file', metadata: { secretsFile: 'mine.json' } }"
  const project = copiedCase('beside', (text) =>
    text.replace('  apps: [', `  components: [${secrets}],\n  apps: [`),
  )
  writeFileSync(join(project, 'tests/beside/mine.json'), '{}')
  const load = ['--qps', '50', '--connections', '2', '--duration', '1s']
  const cli = new Cli(['run', 'beside', ...load], undefined, { cwd: join(project, 'tests') })
  await cli.passed()
})

it("this project's cases are all declared", async () => {
  const { stderr } = await execa('node', ['scripts/declare-cases.mjs'], { cwd: root })
  expect(stderr).toBe('')
})

it('one that imports a name that is not there is refused with one error, which says the name', async () => {
  const project = projectOf(
    'mine',
    "import { checkStateAnswers } from 'perf-sdk'\nexport default checkStateAnswers()\n",
  )
  const cli = new Cli(['run', 'mine'], undefined, { cwd: project })
  expect(await cli.ended).toBe(2)
  expect(cli.stderr).toContain('tests/mine/case.ts: ')
  expect(cli.stderr).toContain('checkStateAnswers')
  expect(cli.stderr).not.toContain('    at ')
})

/** What is loaded, in a fresh Node.js, by an import: URLs of modules, the libraries that are in them, and names of Node's own. */
async function loadedBy(specifier: string): Promise<string> {
  const hooks = join(temporaryFolder(), 'hooks.mjs')
  writeFileSync(
    hooks,
    `import { writeSync } from 'node:fs'
    export async function resolve(specifier, context, next) {
      const resolved = await next(specifier, context)
      writeSync(2, resolved.url + '\\n')
      return resolved
    }`,
  )
  const program = `import { register } from 'node:module'
    register(${JSON.stringify(pathToFileURL(hooks).href)})
    await import('${specifier}')`
  const { stderr } = await execa('node', ['--input-type=module', '-e', program], { cwd: root })
  const files = stderr.split('\n').filter((line) => line.startsWith('file:'))
  const libraries = files.flatMap((url) => {
    const named = readFileSync(new URL(url), 'utf8').matchAll(/^\/\/ \S*node_modules\/((?:@[^/]+\/)?[^/]+)/gm)
    return [...named].map(([, library]) => library)
  })
  return [stderr, ...new Set(libraries)].join('\n')
}

describe('in a fresh Node.js', () => {
  it("what a case imports loads neither child processes nor a cluster's client", async () => {
    const loaded = await loadedBy('perf-sdk')
    expect(loaded).toContain('perf-sdk/dist/index.js')
    expect(loaded).not.toMatch(
      /child_process|execa|pidusage|client-node|@dapr-perf\/(dapr|kubernetes|cluster)/,
    )
  })

  it("what builds images loads neither a platform nor a cluster's client", async () => {
    const loaded = await loadedBy('@dapr-perf/cluster/images')
    expect(loaded).toContain('execa')
    expect(loaded).not.toMatch(/perf-sdk|client-node/)
  })

  it('what installs Dapr loads no platform', async () => {
    const loaded = await loadedBy('@dapr-perf/cluster')
    expect(loaded).toContain('client-node')
    expect(loaded).not.toContain('perf-sdk')
  })

  it("what runs cases loads a platform only where it is used: the cluster's client is slow to load", async () => {
    expect(await loadedBy('perf-sdk/runner')).not.toMatch(/client-node|local-platform|kubernetes-platform/)
  })
})
