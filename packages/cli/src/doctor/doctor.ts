import { type Command, Option } from 'commander'
import { exitCodes } from '../exit-codes.js'
import { localFindings } from './checks.js'
import { kubernetesFindings } from './kubernetes-checks.js'

const findingsOf = { local: localFindings, kubernetes: kubernetesFindings }

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check what a run needs, and say what to do about what is missing')
    .addOption(
      new Option('--platform <name>', 'where the cases are to run')
        .choices(Object.keys(findingsOf))
        .env('DAPR_PERF_PLATFORM')
        .default('local'),
    )
    .action(async ({ platform }: { platform: keyof typeof findingsOf }) => {
      for await (const { what, found, advice } of findingsOf[platform]()) {
        console.log(`${advice ? '✗' : '✓'} ${what}: ${found}`)
        if (advice) {
          console.log(`    ${advice.replaceAll('\n', '\n    ')}`)
          process.exitCode = exitCodes.failed
        }
      }
    })
}
