import type { Command } from 'commander'
import { type AbResult, answersFrom, gateOutcome, type MetricName } from 'perf-sdk/runner'
import { abReport } from './ab/ab-report.js'
import { storedCases } from './stored-cases.js'
import { caseReport } from './terminal/case-report.js'

export function addReportCommand(program: Command): void {
  program
    .command('report')
    .description('show a stored run again; the answers of a comparison are computed again from its blocks')
    .argument('<run>', 'the folder of a run, such as results/latest')
    .action((run: string) => {
      for (const text of reportsOf(run)) console.log(text)
    })
}

function reportsOf(run: string): string[] {
  return storedCases(run).map(({ result, folder }) =>
    'kind' in result ? abReport(again(result), folder) : caseReport(result, folder),
  )
}

/** A comparison with its answers, and the outcome that follows from them, computed from its blocks. */
function again(result: AbResult): AbResult {
  const answers = answersFrom(result)
  const isFinished = result.outcome !== 'error' && result.outcome !== 'interrupted'
  const ofGate = (result.plan?.gate ?? []).flatMap((name) => answers[name as MetricName] ?? [])
  return { ...result, answers, ...(isFinished && { outcome: gateOutcome(ofGate) }) }
}
