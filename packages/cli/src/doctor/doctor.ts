import type { Command } from 'commander'
import { exitCodes } from '../exit-codes.js'
import { doctorChecks } from './checks.js'

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check what a run needs on this machine, and say what to do about what is missing')
    .action(async () => {
      for (const check of doctorChecks) {
        const { what, found, advice } = await check()
        console.log(`${advice ? '✗' : '✓'} ${what}: ${found}`)
        if (advice) {
          console.log(`    ${advice}`)
          process.exitCode = exitCodes.failed
        }
      }
    })
}
