import { DaprPerfError, furtherLines } from '@dapr-perf/errors'
import { Command, CommanderError } from 'commander'
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

/**
 * Runs the command that the arguments name, in this process, and sets `process.exitCode`. An error is shown, and not thrown.
 *
 * @param args as the user writes them after `dapr-perf`
 */
export async function runProgram(args: string[]): Promise<void> {
  try {
    process.exitCode = exitCodes.passed
    await program().parseAsync(args, { from: 'user' })
  } catch (error) {
    const code = report(error)
    const isAb = args[0] === 'ab'
    process.exitCode = isAb && code !== 0 ? errorExitCode(error, code, args.includes('--bisect')) : code
  }
}

function program(): Command {
  const command = new Command('dapr-perf')
    .description('Performance tests of Dapr: what does the sidecar cost, and did a change make it worse?')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'dapr-perf: ')) })
    .exitOverride()
  addListCommand(command)
  addRunCommand(command)
  addAbCommand(command)
  addReportCommand(command)
  addCompareCommand(command)
  addDoctorCommand(command)
  addCleanCommand(command)
  addImageCommands(command)
  addClusterTasks(command)
  command.hook('preAction', (_, called) => {
    if (!['run', 'ab'].includes(called.name())) expectToWait(called.name()) // these show their progress themselves
  })
  return command
}

/** Shows what went wrong. @returns the exit code */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.passed : exitCodes.wrongUsage
  const isExpected = error instanceof DaprPerfError
  const text = isExpected ? error.message : error instanceof Error ? error.stack : error
  console.error([`dapr-perf: ${text}`, ...furtherLines(error)].join('\n'))
  return exitCodeOfError(error)
}
