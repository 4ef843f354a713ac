import { createReadStream } from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { locateDaprd } from '../../src/locate/locate.js'
import { failure, sandbox, writeDaprd, writeScript } from '../sandbox.js'

async function named() {
  const { root, options, lines, pipe } = await sandbox()
  const path = join(root, 'my-daprd')
  const locate = (given: { name?: string; signal?: AbortSignal } = {}) => {
    const { name = path, ...others } = given
    return locateDaprd({ ...options, ...others, env: { ...options.env, DAPR_PERF_DAPRD: name } })
  }
  return { path, locate, lines, pipe }
}

test('a daprd of any version is used as it is', async () => {
  const { path, locate, lines } = await named()
  await writeDaprd(path, 'edge')

  expect(await locate()).toEqual({ path, version: 'edge', source: 'DAPR_PERF_DAPRD' })
  expect(lines).toEqual([`daprd: DAPR_PERF_DAPRD: version edge, ${path}`])
})

test('a relative path is made absolute', async () => {
  const { path, locate } = await named()
  await writeDaprd(path)

  expect(await locate({ name: relative(process.cwd(), path) })).toMatchObject({ path })
})

test('one that is still open for writing, as a new file may be for a moment, is tried again', async () => {
  const { path, locate } = await named()
  await writeDaprd(path, 'edge')
  const writing = await open(path, 'r+')
  const located = locate()
  await expect(execa(path)).rejects.toMatchObject({ code: 'ETXTBSY' })
  await writing.close()
  expect(await located).toMatchObject({ version: 'edge' })
})

const broken: [string, (path: string) => Promise<void>, RegExp][] = [
  ['missing', async () => {}, /my-daprd does not exist$/],
  ['not executable', (path) => writeFile(path, ''), /my-daprd is not executable$/],
  ['failing', (path) => writeScript(path, 'exit 3'), /my-daprd --version failed: exit code 3$/],
  [
    'another program',
    (path) => writeScript(path, 'echo usage: x'),
    /my-daprd --version printed 'usage: x', expected a version$/,
  ],
]

test.for(broken)('a daprd that is %s is an error at once', async ([, write, message]) => {
  const { path, locate, lines } = await named()
  await write(path)

  const error = await failure(locate())
  expect(error).toBeInstanceOf(InputError)
  expect(error.message).toMatch(/^DAPR_PERF_DAPRD must be the path of a daprd: /)
  expect(error.message).toMatch(message)
  expect(lines).toEqual([])
})

test('an abort ends a daprd that does not answer, and what it has started', async () => {
  const { path, locate, pipe } = await named()
  const alive = await pipe()
  await writeScript(path, `exec 3> ${alive}`, 'echo started >&3', '/bin/sleep 1000 &', 'wait')

  const aborter = new AbortController()
  const failed = failure(locate({ signal: aborter.signal }))
  for await (const _ of createReadStream(alive)) aborter.abort(new Error('enough'))
  expect((await failed).message).toBe('enough')
})
