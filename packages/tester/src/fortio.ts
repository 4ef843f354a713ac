import { rmSync } from 'node:fs'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { FailedTestError } from './errors.js'
import { fortioArgs, needsPayloadFile } from './fortio-args.js'
import type { TestParameters } from './test-parameters.js'

const killAfter = 1000
const keptLines = 10
const keptCharacters = 500

/**
 * Runs fortio, found on the PATH, until its load is made.
 *
 * @param signal stops fortio; its reason is thrown then
 * @returns the result JSON as fortio wrote it
 * @throws FailedTestError with the last lines that fortio wrote
 */
export async function runFortio(parameters: TestParameters, signal: AbortSignal): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'dapr-perf-tester-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', remove)
  try {
    return await runFortioIn(folder, parameters, signal)
  } finally {
    process.off('exit', remove)
    remove()
  }
}

async function runFortioIn(folder: string, parameters: TestParameters, signal: AbortSignal): Promise<Buffer> {
  const files = { result: join(folder, 'result.json'), payload: join(folder, 'payload') }
  if (needsPayloadFile(parameters)) await writeFile(files.payload, parameters.payload)
  signal.throwIfAborted()
  await execFortio(fortioArgs(parameters, files), signal)
  return await readFile(files.result)
}

async function execFortio(args: string[], signal: AbortSignal): Promise<void> {
  const fortio = execa('fortio', args, {
    cancelSignal: signal,
    forceKillAfterDelay: killAfter,
    stdin: 'ignore',
    stdout: 'ignore',
    // A load that goes wrong writes a line for each request: only the last ones are kept.
    buffer: false,
    reject: false,
  })
  const [result, lastLines] = await Promise.all([fortio, lastOf(fortio.iterable({ from: 'stderr' }))])
  signal.throwIfAborted()
  if (result.failed) throw new FailedTestError([endOf(result), ...lastLines].join('\n'))
}

/** The last few lines, the long ones cut. */
async function lastOf(lines: AsyncIterable<string>): Promise<string[]> {
  const last: string[] = []
  for await (const line of lines) {
    last.push(line.length > keptCharacters ? `${line.slice(0, keptCharacters)}…` : line)
    if (last.length > keptLines) last.shift()
  }
  return last
}

interface FortioEnd {
  exitCode?: number | undefined
  signal?: string | undefined
  originalMessage?: string | undefined
}

function endOf({ exitCode, signal, originalMessage }: FortioEnd): string {
  if (signal) return `fortio was ended by ${signal}`
  if (exitCode !== undefined) return `fortio ended with exit code ${exitCode}`
  return `fortio did not start: ${originalMessage}`
}
