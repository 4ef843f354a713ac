import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Cli, temporaryFolder } from '../cli.js'

async function clean(XDG_CACHE_HOME: string, ...flags: string[]) {
  const cli = new Cli(['clean', ...flags], undefined, { env: { XDG_CACHE_HOME } })
  return { code: await cli.ended, stdout: cli.stdout }
}

function cacheWith(...names: string[]) {
  const home = temporaryFolder()
  const folder = join(home, 'dapr-perf')
  mkdirSync(folder)
  for (const name of names) writeFileSync(join(folder, name), Buffer.alloc(2_100_000))
  return { home, folder }
}

it('clean --cache removes the programs in the cache, and says how much that was', async () => {
  const names = ['daprd-1.18.2-release-linux-amd64', 'sentry-1.18.2-linux-arm64']
  const { home, folder } = cacheWith(...names, 'notes.txt')
  expect(await clean(home, '--cache')).toEqual({
    code: 0,
    stdout: [
      ...names.map((name) => `removed ${name} (2 MB)\n`),
      `removed 2 programs from ${folder}: 4 MB\n`,
    ].join(''),
  })
  expect(readdirSync(folder)).toEqual(['notes.txt'])
})

it('clean --cache leaves all programs where a run is alive, which may start them again', async () => {
  const load = ['--qps', '50', '--connections', '2', '--duration', '30s']
  const run = new Cli(['run', 'service_invocation_http', ...load, '--out', temporaryFolder()])
  await run.printed('baseline warm-up')
  const { home, folder } = cacheWith('daprd-1.18.2-release-linux-amd64')
  const cli = new Cli(['clean', '--cache'], run.stateFolder, { env: { XDG_CACHE_HOME: home } })
  expect(await cli.ended, cli.stderr).toBe(0)
  expect(cli.stdout).toMatch(
    /^kept all programs in the cache: a run that is alive, or may be, can start them again \([\w-]+\)$/m,
  )
  expect(readdirSync(folder)).toHaveLength(1)
  run.kill('SIGINT')
  expect(await run.ended).toBe(130)
})

it('clean without --cache leaves the cache as it is', async () => {
  const { home, folder } = cacheWith('daprd-1.18.2-release-linux-amd64')
  expect(await clean(home)).toMatchObject({ code: 0, stdout: 'nothing was left over\n' })
  expect(readdirSync(folder)).toHaveLength(1)
})
