import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { abResultSchema } from 'perf-sdk/runner'
import { expect, it } from 'vitest'
import { Cli, copiedCase, readResult, temporaryFolder } from '../cli.js'

// So few requests tell nothing of how late the load generator is at p99, which other tests beside these may delay.
const load = ['--qps', '40', '--connections', '1']
const token = 's3cret-of-this-test'

/** The files of a folder that have a text. */
function filesWith(text: string, folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  const paths = files.map(({ parentPath, name }) => join(parentPath, name))
  expect(paths.length).toBeGreaterThan(3)
  return paths.filter((path) => readFileSync(path, 'utf8').includes(text))
}

/** Compares until the first block is measured. @returns all that it said, and where its results are */
async function compareOneBlock(args: string[]) {
  const out = temporaryFolder()
  const cli = new Cli(['ab', ...args, ...load, '--blocks', '8', '--out', out])
  await cli.printed('blocks 1 of 8')
  cli.kill('SIGINT')
  expect(await cli.ended, cli.stdout + cli.stderr).toBe(130)
  return { out, said: cli.stdout + cli.stderr }
}

it.each(['state_get_http', 'pubsub_publish_grpc'])(
  'what a token costs can be measured with %s: all requests of the variant carry it, and no file has it',
  async (name) => {
    const { out, said } = await compareOneBlock([name, '--b-env', `DAPR_API_TOKEN=${token}`])
    const { blocks, sides } = abResultSchema.parse(readResult(out, name))
    for (const { outcomes } of Object.values(blocks[0]?.variants ?? {}))
      expect(outcomes.map(({ kind }) => kind)).toEqual(['success'])
    expect(sides.b.env).toEqual({ DAPR_API_TOKEN: '***' })
    expect(sides.b.environment?.programs.apps.tester?.daprEnv).toEqual({ DAPR_API_TOKEN: '***' })
    expect(sides.a.environment?.programs.apps.tester?.daprEnv).toEqual({})
    expect(said).toContain('DAPR_API_TOKEN=***')
    expect(said).not.toContain(token)
    expect(filesWith(token, out)).toEqual([])
  },
)

it("the flags of a side reach daprd, and are named in the report and in what the side's sidecars ran in", async () => {
  const args = ['--b-arg', 'app-max-concurrency=7', '--b-arg', 'log-level=error', '--a-arg', 'log-level=warn']
  const out = temporaryFolder()
  const name = 'service_invocation_http'
  const cli = new Cli(['ab', name, ...args, ...load, '--blocks', '8', '--out', out])
  await cli.printed('a trial block')
  await expect
    .poll(() => cli.processes().filter(({ command }) => command.includes('--log-level=')), {
      timeout: 60_000,
    })
    .toHaveLength(4)
  const flagsOf = (flag: string) => cli.processes().filter(({ command }) => command.includes(flag)).length
  expect(flagsOf('--app-max-concurrency=7')).toBe(2)
  await cli.printed('blocks 1 of 8')
  cli.kill('SIGINT')
  expect(await cli.ended, cli.stdout + cli.stderr).toBe(130)
  const { sides } = abResultSchema.parse(readResult(out, name))
  expect(sides.b.args).toEqual({ 'app-max-concurrency': '7', 'log-level': 'error' })
  expect(sides.b.environment?.programs.apps.testapp?.daprArgs).toEqual(sides.b.args)
  expect(sides.a.environment?.programs.apps.testapp?.daprArgs).toEqual({ 'log-level': 'warn' })
  expect(cli.stdout).toMatch(/^B .*--app-max-concurrency=7, --log-level=error$/m)
})

it("a run's requests carry the token that its case gives the sidecars, which refuse all others", async () => {
  const out = temporaryFolder()
  const given = `{ daprEnv: { DAPR_API_TOKEN: '${token}', APP_API_TOKEN: '${token}' }, daprArgs: { 'app-max-concurrency': 50 } }`
  const cwd = copiedCase('with_token', (text) =>
    text
      .replace('tester()', `tester(${given})`)
      .replace('testapp({', `testapp({ ...${given},`)
      .replace(
        'async prepare(test) {',
        `async prepare(test) {
    const url = await test.apps.get('tester').sidecar.acquireExternalURL('http')
    const { status } = await fetch(url + '/v1.0/metadata')
    if (status !== 401) throw new Error('a request without the token got ' + status)`,
      ),
  )
  const short = ['--duration', '2s', '--rounds', '1', ...load]
  const cli = new Cli(['run', 'with_token', ...short, '--out', out], undefined, { cwd })
  await cli.passed()
  const { environment } = readResult(out, 'with_token')
  expect(environment.programs.apps.tester).toMatchObject({
    daprEnv: { DAPR_API_TOKEN: '***', APP_API_TOKEN: '***' },
    daprArgs: { 'app-max-concurrency': '50' },
  })
  expect(filesWith(token, out)).toEqual([])
  expect(cli.stdout + cli.stderr).not.toContain(token)
})

it('a flag that daprd refuses is the error of its variant', async () => {
  const args = ['service_invocation_http', '--b-arg', 'of-no-version=1', ...load]
  const cli = new Cli(['ab', ...args, '--blocks', '8', '--out', temporaryFolder()])
  expect(await cli.ended, cli.stderr).toBe(4)
  expect(cli.stderr + cli.stdout).toContain('variant b')
  expect(cli.stderr + cli.stdout).toContain('unknown flag: --of-no-version')
})
