import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Result } from 'perf-sdk'
import { expect, it, vi } from 'vitest'
import { TerminalReporter } from '../src/terminal/terminal-reporter.js'
import { temporaryFolder } from './cli.js'
import { comparisonWith, result as measured } from './result.js'

const result: Result = { ...measured, comparisons: [comparisonWith('dapr', { variant: 1.5, added: 0.5 })] }
const row = /^p50 +1\.000 +1\.500 +\+0\.500$/m

/** What is printed at the end of a run of one case. */
async function printedAtEnd(folder: string, changed: Partial<Result> = {}, error?: Error) {
  const print = vi.spyOn(console, 'log').mockReturnValue()
  const end = { result: { ...result, ...changed }, folder, ...(error && { error }) }
  try {
    using reporter = new TerminalReporter()
    const failure = await reporter
      .onRunEnd({ runId: 'r', folder, cases: ['a_case'] }, [end])
      .catch((cause: Error) => cause)
    return { text: stripVTControlCharacters(print.mock.calls.flat().join('\n')), failure }
  } finally {
    print.mockRestore()
  }
}

it('the result of a run is printed, and kept beside the results', async () => {
  const folder = temporaryFolder()
  const { text, failure } = await printedAtEnd(folder)
  expect(failure).toBeUndefined()
  expect(text).toMatch(row)
  expect(readFileSync(join(folder, 'report.txt'), 'utf8')).toMatch(row)
})

it('the result of a run is printed, too, where it cannot be kept', async () => {
  const folder = join(temporaryFolder(), 'file')
  writeFileSync(folder, '')
  const { text, failure } = await printedAtEnd(folder)
  expect(text).toMatch(row)
  expect(failure?.message).toContain(`cannot write ${join(folder, 'report.txt')}`)
})

it('what was measured is printed, too, where result.json cannot be written', async () => {
  const error = new Error('no space left on its disk')
  const { text } = await printedAtEnd(temporaryFolder(), { outcome: 'error', error: error.message }, error)
  expect(text).toMatch(row)
  expect(text).toContain('error: no space left on its disk')
})

it('of a case that measured nothing, only its error is shown, by the command', async () => {
  const folder = temporaryFolder()
  const fields = { outcome: 'error', error: 'boom', comparisons: [], variants: {} } as const
  expect((await printedAtEnd(folder, { ...fields, comparisons: [] }, new Error('boom'))).text).toBe('')
  expect(existsSync(join(folder, 'report.txt'))).toBe(true)
})
