import type { Command } from 'commander'
import { type AbResult, answersFrom, gateOutcome, type MetricName, readRun } from 'perf-sdk/runner'
import pc from 'picocolors'
import { overviewOf } from './reports/overview.js'
import { reportOf } from './reports/report-of.js'

export function addReportCommand(program: Command): void {
  program
    .command('report')
    .description('show a stored run again; the answers of a comparison are computed again from its blocks')
    .argument('<run>', 'the folder of a run, such as results/latest')
    .action((run: string) => {
      const { cases, notStarted, problems } = readRun(run)
      for (const { result, folder } of cases)
        console.log(reportOf('kind' in result ? again(result) : result, folder))
      const results = cases.map(({ result }) => result)
      const overview = overviewOf(results, cases.length + notStarted.length)
      if (overview) console.log(overview)
      else if (notStarted.length > 0) console.log(`not started: ${notStarted.join(', ')}`)
      for (const problem of problems) console.log(`${pc.yellow('!')} ${problem}`)
    })
}

/** A comparison with its answers, and the outcome that follows from them, computed from its blocks. */
function again(result: AbResult): AbResult {
  const answers = answersFrom(result)
  const isFinished = result.outcome !== 'error' && result.outcome !== 'interrupted'
  const ofGate = (result.plan?.gate ?? []).flatMap((name) => answers[name as MetricName] ?? [])
  return { ...result, answers, ...(isFinished && ofGate.length > 0 && { outcome: gateOutcome(ofGate) }) }
}
