import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { machine } from '../../src/machine.js'
import { daprPrograms } from '../../src/program-names.js'
import { buildPrograms } from '../../src/programs.js'
import { sandbox } from '../sandbox.js'

/** Builds the programs of a checkout, with a go that writes the checkout's path into each of them. */
async function builder() {
  const { root, options, fakeGo } = await sandbox()
  await fakeGo('echo "$PWD" > "$output"')
  return async (name: string) => {
    const checkout = join(root, name)
    for (const folder of ['cmd/daprd', 'charts/dapr'])
      await mkdir(join(checkout, folder), { recursive: true })
    await writeFile(join(checkout, 'go.mod'), 'module github.com/dapr/dapr\n')
    const env = { ...options.env, XDG_CACHE_HOME: root, DAPR_SOURCE: checkout }
    return { checkout, paths: await buildPrograms({ target: machine, env, report: () => {} }) }
  }
}

test('the programs of two checkouts do not replace each other in the cache', async () => {
  const build = await builder()
  const one = await build('one')
  const other = await build('other')
  for (const { checkout, paths } of [one, other]) {
    expect(Object.keys(paths)).toEqual([...daprPrograms])
    for (const path of Object.values(paths)) expect(await readFile(path, 'utf8')).toBe(`${checkout}\n`)
  }
})

test('a checkout that is built again keeps its places in the cache', async () => {
  const build = await builder()
  const { paths } = await build('one')
  expect((await build('one')).paths).toEqual(paths)
  expect(basename(paths.daprd)).toMatch(
    new RegExp(`^daprd-checkout-[0-9a-f]{12}-${machine.os}-${machine.arch}$`),
  )
})
