import type { Command } from 'commander'
import { loadCase, usedParams } from 'perf-sdk/runner'
import { addCasesOption, type CasesFlag, casesOf } from './cases-option.js'
import { table } from './terminal/table.js'

export function addListCommand(program: Command): void {
  const command = program
    .command('list')
    .description('list the cases and their own parameters')
    .action(async (flags: CasesFlag) => {
      const { cases } = casesOf(flags)
      const rows = await Promise.all(
        cases.map(async (found) => {
          const { description, params } = (await loadCase(found)).case
          const load = Object.entries(usedParams(params)).map(([name, value]) => `${name} ${value}`)
          return [found.name, description, load.join(', ')]
        }),
      )
      console.log(table(['case', 'what it measures', 'parameters'], rows))
    })
  addCasesOption(command)
}
