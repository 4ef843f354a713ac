import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { locateDaprd } from '@dapr-perf/dapr'
import { abResultSchema } from 'perf-sdk/runner'
import { expect, it } from 'vitest'
import { Cli, readResult, temporaryFolder } from '../cli.js'

// So few requests tell nothing of how late the load generator is at p99, which other tests beside these may delay.
const load = ['--qps', '40', '--connections', '1', '--payload-size', '16']

/** A script that starts daprd in some way, given the path of daprd. */
async function script(start: (daprd: string) => string): Promise<string> {
  const path = join(temporaryFolder(), 'daprd.sh')
  const { path: daprd } = await locateDaprd()
  writeFileSync(path, `#!/bin/sh\n[ "$1" = --version ] && exec ${daprd} --version\n${start(daprd)}\n`, {
    mode: 0o755,
  })
  return path
}

it('CPU of a daprd that a script starts is counted, what runs beside it is told, and so is that its file is not copied', async () => {
  const burn = `${process.execPath} -e 'setInterval(() => { for (const end = Date.now() + 3; Date.now() < end; ); }, 60)'`
  const b = await script((daprd) => `${burn} &\n${daprd} "$@"`)
  const out = temporaryFolder()
  const cli = new Cli(['ab', 'service_invocation_http', '--b', b, ...load, '--blocks', '8', '--out', out])
  await cli.printed('blocks 2 of 8')
  cli.kill('SIGINT')
  expect(await cli.ended, cli.stdout + cli.stderr).toBe(130)
  const { blocks } = abResultSchema.parse(readResult(out, 'service_invocation_http'))
  for (const { a, b } of blocks.map(({ variants }) => variants)) {
    expect(b.cpuSeconds).toBeGreaterThan(a.cpuSeconds)
    expect(b.ownCpuSeconds).toBeLessThan(b.cpuSeconds)
  }
  expect(cli.stdout).toMatch(
    /^! The processes of B's sidecars used [\d.]+ ms of CPU per request, daprd itself/m,
  )
  expect(cli.stdout).not.toContain("The processes of A's sidecars")
  expect(cli.stdout).toMatch(/^! B is a script: /m)
  expect(cli.processes()).toEqual([])
})

it('a daprd that does not run below the script is refused after the trial, and what to do is said', async () => {
  const b = await script((daprd) => `(${daprd} "$@" &)\nexec sleep 600`)
  const cli = new Cli([
    'ab',
    'service_invocation_http',
    '--b',
    b,
    ...load,
    '--blocks',
    '8',
    '--out',
    temporaryFolder(),
  ])
  expect(await cli.ended, cli.stdout + cli.stderr).toBe(2)
  expect(cli.stdout).toMatch(
    /^error: the sidecars of B used [\d.]+ s of CPU by their own metric process_cpu_seconds_total, and .* only 0\.\d\d s: /m,
  )
  expect(cli.processes()).toEqual([])
})
