import type { Command } from 'commander'
import { findCases, loadCase } from 'perf-sdk'
import { table } from './table.js'

export function addListCommand(program: Command): void {
  program
    .command('list')
    .description('show the cases, with the parameters that they have where nothing overrides them')
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
