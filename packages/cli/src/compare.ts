import { InputError } from '@dapr-perf/errors'
import type { Command } from 'commander'
import type { Result } from 'perf-sdk'
import { compareStored, type FigureChange, otherDifferences, readRun, type StoredCase } from 'perf-sdk/runner'
import pc from 'picocolors'
import { percent } from './terminal/change-text.js'
import { table } from './terminal/table.js'

export function addCompareCommand(program: Command): void {
  program
    .command('compare')
    .description(
      'compare two stored runs; `ab` compares two variants of Dapr side by side, which tells much more',
    )
    .argument('<run1>', 'the folder of a run')
    .argument('<run2>', 'the folder of another one, such as results/latest')
    .option('--anyway', 'also if the runs differ in more than Dapr')
    .action((run1: string, run2: string, { anyway }: { anyway?: boolean }) => {
      const [ones, others] = [runCases(run1), runCases(run2)]
      const pairs = ones.flatMap((one) => {
        const other = others.find(({ result }) => result.case === one.result.case)
        return other ? [[one, other] as const] : []
      })
      if (pairs.length === 0) throw new InputError(`${run1} and ${run2} have no case in common`)
      const compared = pairs.map(([one, other]) => ({
        one,
        other,
        changes: compareStored(one, other, { anyway: anyway ?? false }),
      }))
      for (const { one, other, changes } of compared) console.log(comparisonText(one, other, changes))
    })
}

function runCases(run: string): StoredCase[] {
  const { cases, problems } = readRun(run)
  for (const problem of problems) console.error(`${pc.yellow('!')} ${problem}`)
  return cases.map(({ result, folder }) => {
    if ('kind' in result)
      throw new InputError(`${run} is a comparison already: \`dapr-perf report\` shows it`)
    return { result, folder }
  })
}

/** Two stored runs of a case as text for the terminal. */
export function comparisonText(one: StoredCase, other: StoredCase, changes: FigureChange[]): string {
  const rows = changes.map(({ figure, unit, variant, before, after, change, interval }) => [
    `${variant}: ${figure}, ${unit}`,
    before?.toFixed(3) ?? '?',
    after?.toFixed(3) ?? '?',
    change === undefined ? '?' : `${percent(change, '+')} %`,
    interval ? `${percent(interval.low, '+')} to ${percent(interval.high, '+')} %` : '',
    interval ? verdict(interval) : before === null ? 'not known' : 'no interval: a single round',
  ])
  const hours = Math.abs(Date.parse(other.result.startedAt) - Date.parse(one.result.startedAt)) / 3_600_000
  const apart =
    hours < 1 / 60
      ? 'less than a minute'
      : hours < 1
        ? `${Math.round(hours * 60)} min`
        : `${hours.toFixed(1)} h`
  return [
    '',
    pc.bold(`${one.result.case}: ${one.result.description}`),
    `1  ${describe(one)}`,
    `2  ${describe(other)}`,
    ...[one, other].flatMap(({ result }, index) =>
      whyNotPassed(result).map((text) => pc.yellow(`! run ${index + 1} ${text}`)),
    ),
    ...otherDifferences(one.result, other.result).map((text) =>
      pc.yellow(`! they differ in more than Dapr: ${text}`),
    ),
    '',
    table(['', '1', '2', 'change', '95 % interval', ''], rows, [
      'left',
      'right',
      'right',
      'right',
      'right',
      'left',
    ]),
    '',
    pc.yellow(
      `! The second run was made ${apart} after the first, and how the machine drifted meanwhile is in all figures. No interval`,
    ),
    pc.yellow(
      '  knows that: on shared machines it is 15 to 25 % within minutes. What the baseline, in which there is no Dapr, changed',
    ),
    pc.yellow(
      '  by is a hint of it. `dapr-perf ab` measures two variants of Dapr side by side, where drift affects both alike.',
    ),
    '',
  ].join('\n')
}

function describe({ result: { environment, run, startedAt } }: StoredCase): string {
  const daprd = environment?.programs.daprd
  const sum = daprd?.sha256 ? `, SHA-256 ${daprd.sha256.slice(0, 12)}…` : ''
  return `${run}: daprd ${daprd?.version ?? 'unknown'}${sum}, ${startedAt}`
}

/** What makes the figures of a run doubtful: for instance, errors that come at once make it look fast. */
function whyNotPassed({ outcome, error, checks, budget }: Result): string[] {
  if (outcome === 'passed') return []
  if (outcome === 'error' || outcome === 'interrupted') return [`could not be finished: ${error}`]
  return [...checks, ...(budget?.enforced ? [budget] : [])]
    .filter(({ passed }) => !passed)
    .map(
      ({ name, detail, ifNotMet = 'failed' }) =>
        `${ifNotMet === 'failed' ? 'failed' : 'was not valid'}: ${name} (${detail})`,
    )
}

const verdict = ({ low, high }: NonNullable<FigureChange['interval']>) =>
  low > 0 ? 'more' : high < 0 ? 'less' : "can't be told from none"
