import {
  buildDapr,
  buildDaprImages,
  buildPerfApps,
  pushDaprImages,
  pushPerfApps,
} from '@dapr-perf/cluster/images'
import type { Command } from 'commander'
import { report } from '../terminal/report.js'

const overwriteOption = [
  '--overwrite',
  'replace local images of the same name that dapr-perf has not built',
] as const

interface OverwriteFlag {
  overwrite?: boolean
}

export function addImageCommands(program: Command): void {
  program.commandsGroup('Images:')
  program
    .command('build-perf-app')
    .description('build the images of perf apps: $DAPR_TEST_REGISTRY/perf-NAME:$DAPR_TEST_TAG')
    .argument('<name...>', 'tester, service_invocation_http, …, or all')
    .option(...overwriteOption)
    .action(async (names: string[], { overwrite = false }: OverwriteFlag) => {
      await buildPerfApps(names, { overwrite, report })
    })
  program
    .command('push-perf-app')
    .description('build the images of perf apps and push them to DAPR_TEST_REGISTRY')
    .argument('<name...>', 'tester, service_invocation_http, …, or all')
    .option(...overwriteOption)
    .action((names: string[], { overwrite = false }: OverwriteFlag) =>
      pushPerfApps(names, { overwrite, report }),
    )
  program
    .command('build-linux')
    .description(
      "build Dapr's programs for TARGET_OS and TARGET_ARCH, from DAPR_SOURCE or the pinned version",
    )
    .action(async () => {
      await buildDapr({ report })
    })
  program
    .command('docker-build')
    .description("build Dapr's images: $DAPR_REGISTRY/daprd:$DAPR_TAG-$TARGET_OS-$TARGET_ARCH and the others")
    .option(...overwriteOption)
    .action(async ({ overwrite = false }: OverwriteFlag) => {
      await buildDaprImages({ overwrite, report })
    })
  program
    .command('docker-push')
    .description("build Dapr's images and push them to DAPR_REGISTRY")
    .option(...overwriteOption)
    .action(({ overwrite = false }: OverwriteFlag) => pushDaprImages({ overwrite, report }))
}
