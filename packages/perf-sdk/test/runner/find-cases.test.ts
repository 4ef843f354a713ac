import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import { expect, it, onTestFinished } from 'vitest'
import { findCases, loadCase } from '../../src/runner/find-cases.js'

/** Loads a case that has this text. */
function load(text: string) {
  const root = mkdtempSync(join(tmpdir(), 'dapr-perf-test-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  mkdirSync(join(root, 'tests/one'), { recursive: true })
  writeFileSync(join(root, 'tests/one/case.ts'), text)
  const [found] = findCases(root).cases
  return loadCase(found as NonNullable<typeof found>)
}

/** The error of loading a case. */
const failure = (text: string): Promise<Error> =>
  load(text).then(
    () => Promise.reject(new Error('it was loaded')),
    (error) => error,
  )

it.each([
  [
    'a TypeError',
    'const n: any = undefined\n\nexport default n.apps\n',
    /case\.ts: TypeError: .*\n.*case\.ts:3:/,
  ],
  [
    'an error in a function',
    'const f = () => {\n  throw new Error("x")\n}\nf()\n',
    /case\.ts: Error: x\n.*case\.ts:2:/,
  ],
])('%s in a case is shown with its line', async (_, text, message) => {
  const error = await failure(text)
  expect(error).toBeInstanceOf(InputError)
  expect(error.message).toMatch(message)
})

it('whatever a case throws is shown', async () => {
  expect((await failure("throw 'no error'")).message).toMatch(/case\.ts: no error$/)
})

it('a file that exports no case says what it has to export', async () => {
  expect((await failure('export const qps = 1')).message).toContain(
    'its default export has to be a new TestRunner({ … })',
  )
})

it('a case is loaded whatever words are in its function', async () => {
  const loaded = await load(`
    import { TestRunner } from ${JSON.stringify(join(import.meta.dirname, '../../src/case/test-runner.ts'))}
    const checkPublish = (test: unknown) => ({ targetEndpoint: test })
    export default new TestRunner({
      description: 'a case of today',
      apps: [{ appName: 'tester', imageName: 'perf-tester' }],
      test: async (test) => checkPublish(test) as never,
    })`)
  expect(loaded).toMatchObject({ name: 'one', case: { description: 'a case of today' } })
})
