import type { Command } from 'commander'
import {
  type AbResult,
  answersFrom,
  type CaseOfRun,
  gateOutcome,
  type MetricName,
  type Result,
  readRun,
} from 'perf-sdk/runner'
import pc from 'picocolors'
import { abReport } from './ab/ab-report.js'
import { caseReport } from './terminal/case-report.js'
import { overview } from './terminal/run-report.js'

export function addReportCommand(program: Command): void {
  program
    .command('report')
    .description('show a stored run again; the answers of a comparison are computed again from its blocks')
    .argument('<run>', 'the folder of a run, such as results/latest')
    .action((run: string) => {
      const { cases, notStarted, problems } = readRun(run)
      for (const one of cases) console.log(reportOf(one))
      const results = cases.flatMap(({ result }) => ('kind' in result ? [] : result))
      if (results.length > 1) console.log(overview(results, cases.length + notStarted.length))
      else if (notStarted.length > 0) console.log(`not started: ${notStarted.join(', ')}`)
      for (const problem of problems) console.log(`${pc.yellow('!')} ${problem}`)
    })
}

const reportOf = ({ result, folder }: CaseOfRun<Result | AbResult>) =>
  'kind' in result ? abReport(again(result), folder) : caseReport(result, folder)

/** A comparison with its answers, and the outcome that follows from them, computed from its blocks. */
function again(result: AbResult): AbResult {
  const answers = answersFrom(result)
  const isFinished = result.outcome !== 'error' && result.outcome !== 'interrupted'
  const ofGate = (result.plan?.gate ?? []).flatMap((name) => answers[name as MetricName] ?? [])
  return { ...result, answers, ...(isFinished && ofGate.length > 0 && { outcome: gateOutcome(ofGate) }) }
}
