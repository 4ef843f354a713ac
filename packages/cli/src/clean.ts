import { type CleanedCache, cleanCache } from '@dapr-perf/dapr'
import type { Command } from 'commander'
import { cleanPlatform, liveRuns } from 'perf-sdk/runner'
import { addPlatformOption, type PlatformFlag, platformOf } from './platform-option.js'

interface CleanFlags extends PlatformFlag {
  cache?: boolean
}

export function addCleanCommand(program: Command): void {
  const command = program
    .command('clean')
    .description('remove what killed runs have left behind; runs that are alive are not touched')
    .option(
      '--cache',
      'also remove the programs that were downloaded or built, 230 MB for each daprd, unless a run is alive',
    )
    .action(async (flags: CleanFlags) => {
      const lines = await cleanPlatform(platformOf(flags))
      if (flags.cache) lines.push(...(await cleanPrograms()))
      for (const line of lines) console.log(line)
      if (lines.length === 0) console.log('nothing was left over')
    })
  addPlatformOption(command)
}

/** A comparison starts its programs again and again: they don't run between two blocks, and are needed all the same. */
async function cleanPrograms(): Promise<string[]> {
  const live = liveRuns()
  if (live.length === 0) return describeCleaned(await cleanCache())
  return [
    `kept all programs in the cache: a run that is alive, or may be, can start them again (${live.join(', ')})`,
  ]
}

function describeCleaned({ folder, removed, abandoned, inUse }: CleanedCache): string[] {
  const total = removed.reduce((sum, { bytes }) => sum + bytes, 0)
  return [
    ...removed.map(({ name, bytes }) => `removed ${name} (${megabytes(bytes)})`),
    ...abandoned.map((path) => `removed ${path}, a build that was killed`),
    ...inUse.map((name) => `kept ${name}: it is running`),
    `removed ${removed.length} programs from ${folder}: ${megabytes(total)}`,
  ]
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`
