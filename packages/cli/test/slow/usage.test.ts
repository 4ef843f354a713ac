import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Cli, projectOf } from '../cli.js'

async function run(...args: string[]) {
  const cli = new Cli(args)
  const code = await cli.ended
  return { code, stdout: cli.stdout, stderr: cli.stderr }
}

it('wrong usage exits with 2, and says why on standard error only', async () => {
  const { code, stdout, stderr } = await run('rum')
  expect(stderr).toMatch(/^dapr-perf: unknown command 'rum'\n/)
  expect(stdout).toBe('')
  expect(code).toBe(2)
})

it('a request that Dapr is known to refuse is told before anything starts', async () => {
  const cli = new Cli(['run', 'service_invocation_http', '--payload-size', '5000000'])
  expect(await cli.ended).toBe(2)
  expect(cli.stderr).not.toContain('waiting for')
  expect(cli.processes()).toEqual([])
})

it('help is printed to standard output, and exits with 0', async () => {
  const { code, stdout, stderr } = await run('--help')
  expect(stdout).toContain('Usage: dapr-perf')
  expect(stderr).toBe('')
  expect(code).toBe(0)
})

describe('a case that cannot be used is an error that names its file', () => {
  it.each([
    ['export default {', 'Transform failed'],
    ['export const other = 1', 'its default export has to be a new TestRunner'],
    ['nowhere()', 'nowhere is not defined'],
    [
      "import { TestRunner } from 'perf-sdk'\nexport default new TestRunner({ description: 'x', apps: [], test() {} })",
      'apps',
    ],
  ])('%s', async (text, message) => {
    const project = projectOf('mine', text)
    const file = join(project, 'tests/mine/case.ts')
    const cli = new Cli(['list'], undefined, { cwd: project })
    expect(await cli.ended).toBe(2)
    expect(cli.stderr).toContain(`dapr-perf: ${file}: `)
    expect(cli.stderr).toContain(message)
    // Of the code, only lines of the case itself.
    for (const line of cli.stderr.split('\n').filter((one) => one.startsWith('    at ')))
      expect(line).toContain(file)
  })
})

it('doctor looks at Node, Go, daprd, fortio, memory and cores', async () => {
  const { stdout } = await run('doctor')
  for (const what of ['Node', 'Go', 'daprd', 'fortio', 'free memory', 'cores']) {
    expect(stdout).toMatch(new RegExp(`^[✓✗] ${what}`, 'm'))
  }
})
