import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { type AbResult, readResultFile } from 'perf-sdk/runner'
import { expect, it } from 'vitest'
import { abReport } from '../../src/reports/ab-report.js'

const recorded = join(import.meta.dirname, '../../bench/ab/recorded/xeon/versions/1.18.1')
const files = readdirSync(recorded, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('result.json'),
)

it('comparisons that were recorded by earlier versions can be read and shown', () => {
  expect(files.length).toBeGreaterThan(0)
  for (const file of files) {
    const result = readResultFile(join(recorded, file)) as AbResult
    const text = stripVTControlCharacters(abReport(result, recorded))
    expect(text, file).toContain('1000 qps of both together, bursts, over 16 connections of each')
  }
})
