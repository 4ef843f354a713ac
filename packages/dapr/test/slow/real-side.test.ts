import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { locateDaprd } from '../../src/locate/locate.js'
import { defaultCacheFolder } from '../../src/options.js'
import { resolveSides } from '../../src/side/resolve.js'
import { sandbox } from '../sandbox.js'
import { slowDapr } from '../slow-dapr.js'

// On a machine that has compiled nothing of Dapr yet this takes as long as the first build of all.
const timeout = 15 * 60_000

test('a commit of a real repository is built with real go and git, like the pinned version', {
  timeout,
}, async () => {
  const { root } = await sandbox()
  const { folder, commits, slow } = await slowDapr(join(root, 'dapr'), { commits: 2, slowFrom: 2 })
  const pinned = await locateDaprd()
  const text = `${folder}@main`
  const given = { cacheFolder: join(root, 'cache') }
  const { a, b, differences } = await resolveSides(
    { label: '--a', text: pinned.path },
    { label: '--b', text },
    given,
  )

  expect(commits[1]).toBe(slow)
  expect(b).toMatchObject({ text, source: 'go build', commit: slow, version: slow.slice(0, 7) })
  const { stdout } = await execa(b.path, ['--version'])
  expect(stdout).toBe(b.version)
  expect(a.sha256).not.toBe(b.sha256)
  // The pinned one may be a release, or have been built by an earlier version of Go.
  if (pinned.path.includes(`-${b.goVersion}-`) && pinned.path.startsWith(defaultCacheFolder())) {
    expect(differences).toEqual([])
  }
  const { stdout: printed } = await execa('go', ['version', '-m', b.path])
  for (const setting of ['-tags=allcomponents', '-trimpath=true', 'CGO_ENABLED=0']) {
    expect(printed).toContain(`\tbuild\t${setting}\n`)
  }
  expect(printed).toMatch(/^\tmod\tgithub\.com\/dapr\/dapr\t\(devel\)/m)
})
