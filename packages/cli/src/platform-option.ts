import { type Command, Option } from 'commander'
import { type PlatformName, parsePlatformName, platformNames } from 'perf-sdk/runner'

export interface PlatformFlag {
  platform?: PlatformName
}

const variable = 'DAPR_PERF_PLATFORM'

export function addPlatformOption(command: Command): void {
  const option = new Option('--platform <name>', `where apps run (or ${variable}); local is this machine`)
  command.addOption(option.choices(platformNames))
}

/** The flag's platform, else the variable's, else `local`. */
export function platformOf({ platform }: PlatformFlag): PlatformName {
  return platform ?? parsePlatformName(process.env[variable] || 'local', variable)
}
