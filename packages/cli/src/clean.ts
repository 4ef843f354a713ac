import type { Command } from 'commander'
import { removeLeftovers } from 'perf-sdk'
import { addPlatformOption, type PlatformFlag, platformOf } from './platform.js'

export function addCleanCommand(program: Command): void {
  const command = program
    .command('clean')
    .description('remove what a killed run has left; runs that are alive are not touched')
    .action(async (flags: PlatformFlag) => {
      const lines = await removeLeftovers(platformOf(flags))
      for (const line of lines) console.log(line)
      if (lines.length === 0) console.log('nothing was left running')
    })
  addPlatformOption(command)
}
