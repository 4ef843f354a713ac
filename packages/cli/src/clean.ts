import type { Command } from 'commander'
import { removeLeftovers } from 'perf-sdk'

export function addCleanCommand(program: Command): void {
  program
    .command('clean')
    .description('end what a killed run has left running; runs that are alive are not touched')
    .action(() => {
      const ended = removeLeftovers()
      for (const line of ended) console.log(`ended ${line}`)
      if (ended.length === 0) console.log('nothing was left running')
    })
}
