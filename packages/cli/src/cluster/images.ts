import type { Command } from 'commander'
import { buildPerfApps, pushPerfApps } from 'perf-sdk'
import { report } from './report.js'

export function addImageCommands(program: Command): void {
  program.commandsGroup('Images:')
  program
    .command('build-perf-app')
    .description('build the images of perf apps: $DAPR_TEST_REGISTRY/perf-NAME:$DAPR_TEST_TAG')
    .argument('<name...>', 'tester, service_invocation_http, …, or all')
    .action(async (names: string[]) => {
      await buildPerfApps(names, { report })
    })
  program
    .command('push-perf-app')
    .description('build the images of perf apps and push them to DAPR_TEST_REGISTRY')
    .argument('<name...>', 'tester, service_invocation_http, …, or all')
    .action((names: string[]) => pushPerfApps(names, { report }))
}
