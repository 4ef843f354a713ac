import { runProgram } from './program.js'

// Nobody reads on, for example because the terminal was closed: the teardown, and the results, are still needed.
for (const output of [process.stdout, process.stderr]) output.on('error', () => {})

await runProgram(process.argv.slice(2))
