import type { Command } from 'commander'
import { cleanPlatform } from 'perf-sdk/runner'
import { addPlatformOption, type PlatformFlag, platformOf } from './platform-option.js'

export function addCleanCommand(program: Command): void {
  const command = program
    .command('clean')
    .description('remove what killed runs have left behind; runs that are alive are not touched')
    .action(async (flags: PlatformFlag) => {
      const lines = await cleanPlatform(platformOf(flags))
      for (const line of lines) console.log(line)
      if (lines.length === 0) console.log('nothing was left over')
    })
  addPlatformOption(command)
}
