import type { CaseResult } from 'perf-sdk/runner'
import { abReport } from './ab-report.js'
import { caseReport } from './case-report.js'

/** The result of a case as text for the terminal. */
export const reportOf = (result: CaseResult, folder: string): string =>
  'kind' in result ? abReport(result, folder) : caseReport(result, folder)
