import { DaprPerfError } from '@dapr-perf/errors'
import { Command, CommanderError } from 'commander'
import { register } from 'tsx/esm/api'
import { addAbCommand } from './ab/ab.js'
import { errorExitCode } from './ab/exit-code.js'
import { addCleanCommand } from './clean.js'
import { addImageCommands } from './cluster/images.js'
import { addClusterTasks } from './cluster/tasks.js'
import { addCompareCommand } from './compare.js'
import { addDoctorCommand } from './doctor/doctor.js'
import { exitCodeOfError, exitCodes } from './exit-codes.js'
import { addListCommand } from './list.js'
import { addReportCommand } from './report.js'
import { addRunCommand } from './run.js'
import { expectToWait } from './terminal/report.js'

register() // cases are TypeScript

// Nobody reads on, for example because the terminal was closed: the teardown, and the results, are still needed.
for (const output of [process.stdout, process.stderr]) output.on('error', () => {})

const program = new Command('dapr-perf')
  .description('Performance tests of Dapr: what does the sidecar cost, and did a change make it worse?')
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'dapr-perf: ')) })
  .exitOverride()
addListCommand(program)
addRunCommand(program)
addAbCommand(program)
addReportCommand(program)
addCompareCommand(program)
addDoctorCommand(program)
addCleanCommand(program)
addImageCommands(program)
addClusterTasks(program)
program.hook('preAction', (_, command) => {
  if (!['run', 'ab'].includes(command.name())) expectToWait(command.name()) // these show their progress themselves
})

try {
  process.exitCode = exitCodes.passed
  await program.parseAsync()
} catch (error) {
  const code = report(error)
  const isAb = process.argv[2] === 'ab'
  process.exitCode = isAb && code !== 0 ? errorExitCode(error, code, process.argv.includes('--bisect')) : code
}

/** Shows what went wrong. @returns the exit code */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.passed : exitCodes.wrongUsage
  const isExpected = error instanceof DaprPerfError
  console.error(`dapr-perf: ${isExpected ? error.message : error instanceof Error ? error.stack : error}`)
  return exitCodeOfError(error)
}
