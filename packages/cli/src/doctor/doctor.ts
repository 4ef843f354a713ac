import type { Command } from 'commander'
import { exitCodes } from '../exit-codes.js'
import { addPlatformOption, type PlatformFlag, platformOf } from '../platform-option.js'
import { expectToWait } from '../terminal/report.js'
import { localFindings } from './checks.js'
import { kubernetesFindings } from './kubernetes-checks.js'

const findingsOf = { local: localFindings, kubernetes: kubernetesFindings }

export function addDoctorCommand(program: Command): void {
  const command = program
    .command('doctor')
    .description('check what a run needs, and say how to fix what is missing')
    .action(async (flags: PlatformFlag) => {
      for await (const { what, found, advice } of findingsOf[platformOf(flags)]()) {
        console.log(`${advice ? '✗' : '✓'} ${what}: ${found}`)
        if (advice) {
          console.log(`    ${advice.replaceAll('\n', '\n    ')}`)
          process.exitCode = exitCodes.failed
        }
        expectToWait(`the check after ${what}`)
      }
    })
  addPlatformOption(command)
}
