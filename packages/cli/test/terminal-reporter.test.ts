import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Result } from 'perf-sdk'
import { expect, it, vi } from 'vitest'
import { TerminalReporter } from '../src/reports/terminal-reporter.js'
import { temporaryFolder } from './cli.js'
import { comparisonWith, result as measured } from './result.js'

const result: Result = { ...measured, comparisons: [comparisonWith('dapr', { variant: 1.5, added: 0.5 })] }
const row = /^p50 +1\.000 +1\.500 +\+0\.500$/m

/** What is printed of a run of one case. */
async function printed(folder: string, changed: Partial<Result> = {}, error?: Error) {
  const print = vi.spyOn(console, 'log').mockReturnValue()
  const note = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const end = { result: { ...result, ...changed }, folder: join(folder, 'a_case'), ...(error && { error }) }
  try {
    using reporter = new TerminalReporter()
    const run = { runId: 'r', folder, cases: ['a_case'] }
    reporter.onRunStart(run)
    await reporter.onCaseEnd(end)
    const text = stripVTControlCharacters(print.mock.calls.flat().join('\n'))
    await reporter.onRunEnd(run, [end])
    return { text, notes: note.mock.calls.flat().join('') }
  } finally {
    print.mockRestore()
    note.mockRestore()
  }
}

it('the result of a case is printed when it ends, and kept beside the results', async () => {
  const folder = temporaryFolder()
  expect((await printed(folder)).text).toMatch(row)
  for (const file of ['report.txt', 'a_case/report.txt'])
    expect(readFileSync(join(folder, file), 'utf8')).toMatch(row)
})

it('the result of a run is printed, too, where it cannot be kept, which is said', async () => {
  const folder = join(temporaryFolder(), 'file')
  writeFileSync(folder, '')
  const { text, notes } = await printed(folder)
  expect(text).toMatch(row)
  expect(notes).toContain(`cannot write ${join(folder, 'a_case/report.txt')}`)
})

it('of several cases there is a table in the end', async () => {
  const print = vi.spyOn(console, 'log').mockReturnValue()
  const folder = temporaryFolder()
  using reporter = new TerminalReporter()
  const ends = [
    { result, folder: join(folder, 'a') },
    { result, folder: join(folder, 'b') },
  ]
  await reporter.onRunEnd({ runId: 'r', folder, cases: ['a', 'b', 'c'] }, ends)
  const text = print.mock.calls.flat().join('\n')
  print.mockRestore()
  expect(text).toContain('of 3 cases passed, 1 not started')
  expect(readFileSync(join(folder, 'report.txt'), 'utf8')).toContain('of 3 cases passed, 1 not started')
})

it('what was measured is printed, too, where result.json cannot be written', async () => {
  const error = new Error('no space left on its disk')
  const { text } = await printed(temporaryFolder(), { outcome: 'error', error: error.message }, error)
  expect(text).toMatch(row)
  expect(text).toContain('error: no space left on its disk')
})

it('of a case that measured nothing, only its error is shown, by the command', async () => {
  const folder = temporaryFolder()
  const fields = { outcome: 'error', error: 'boom', comparisons: [], variants: {} } as const
  expect((await printed(folder, { ...fields, comparisons: [] }, new Error('boom'))).text).toBe('')
  expect(existsSync(join(folder, 'report.txt'))).toBe(true)
})
