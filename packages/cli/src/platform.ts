import { type Command, Option } from 'commander'
import { type PlatformName, parsePlatformName, platformNames } from 'perf-sdk'

export interface PlatformFlag {
  platform?: PlatformName
}

const variable = 'DAPR_PERF_PLATFORM'

export function addPlatformOption(command: Command): void {
  const option = new Option('--platform <name>', `where apps run (or ${variable}); local is this machine`)
  command.addOption(option.choices(platformNames))
}

/** The platform that the flag names, else the variable, else this machine. */
export function platformOf({ platform }: PlatformFlag): PlatformName {
  return platform ?? parsePlatformName(process.env[variable] || 'local', variable)
}
