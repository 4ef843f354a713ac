import type { Command } from 'commander'
import { findCases, loadCase } from 'perf-sdk/runner'
import { table } from './terminal/table.js'

export function addListCommand(program: Command): void {
  program
    .command('list')
    .description('list the cases and their own parameters')
    .action(async () => {
      const { cases } = findCases(process.cwd())
      const rows = await Promise.all(
        cases.map(async (found) => {
          const { description, params } = (await loadCase(found)).case
          const load = Object.entries(params).map(([name, value]) => `${name} ${value}`)
          return [found.name, description, load.join(', ')]
        }),
      )
      console.log(table(['case', 'what it measures', 'parameters'], rows))
    })
}
