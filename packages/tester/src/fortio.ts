import { rmSync } from 'node:fs'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { FailedLoadError } from './errors.js'
import { fortioArgs, needsPayloadFile } from './fortio-args.js'
import { isOfSleep, parseLateSends } from './late-sends.js'
import type { LoadOutput } from './running-load.js'
import type { TestParameters } from './test-parameters.js'
import { Warnings } from './warnings.js'

const killAfter = 1000
const keptLines = 10
/** Of the beginning and of the end of a line: after a long URL comes the reason. */
const keptCharacters = 250

/**
 * Runs fortio from the PATH until its load is done.
 *
 * @param signal stops fortio, and its reason is thrown
 * @throws FailedLoadError with the last lines that fortio wrote
 */
export async function runFortio(parameters: TestParameters, signal: AbortSignal): Promise<LoadOutput> {
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

async function runFortioIn(
  folder: string,
  parameters: TestParameters,
  signal: AbortSignal,
): Promise<LoadOutput> {
  const fileOf = (name: string) => join(folder, name)
  const files = { result: fileOf('result.json'), payload: fileOf('payload'), headers: fileOf('headers.json') }
  if (needsPayloadFile(parameters)) await writeFile(files.payload, parameters.payload)
  if (parameters.headers.length > 0) await writeFile(files.headers, JSON.stringify(parameters.headers))
  signal.throwIfAborted()
  const logged = await execFortio(fortioArgs(parameters, files), signal)
  return { result: await readFile(files.result), ...logged }
}

/** @returns what fortio logged: late sends, if it reports them, and warnings */
async function execFortio(args: string[], signal: AbortSignal): Promise<Omit<LoadOutput, 'result'>> {
  const fortio = execa('fortio', args, {
    cancelSignal: signal,
    forceKillAfterDelay: killAfter,
    stdin: 'ignore',
    stdout: 'ignore',
    // A failing load logs a line per request: keep only the last ones, those about late sends, and a few warnings.
    buffer: false,
    reject: false,
  })
  const [result, { lastLines, sleepLines, warnings }] = await Promise.all([
    fortio,
    linesOf(fortio.iterable({ from: 'stderr' })),
  ])
  signal.throwIfAborted()
  if (result.failed) throw new FailedLoadError([endOf(result), ...lastLines].join('\n'))
  return { lateSends: parseLateSends(sleepLines), warnings: warnings.list }
}

/** The last few lines, truncated, those about late sends, which may come much earlier, and the warnings. */
async function linesOf(lines: AsyncIterable<string>) {
  const lastLines: string[] = []
  const sleepLines: string[] = []
  const warnings = new Warnings()
  for await (const line of lines) {
    if (isOfSleep(line)) sleepLines.push(line)
    warnings.add(line)
    lastLines.push(shortened(line))
    if (lastLines.length > keptLines) lastLines.shift()
  }
  return { lastLines, sleepLines, warnings }
}

const shortened = (line: string) =>
  line.length > 2 * keptCharacters ? `${line.slice(0, keptCharacters)}…${line.slice(-keptCharacters)}` : line

interface FortioEnd {
  exitCode?: number | undefined
  signal?: string | undefined
  originalMessage?: string | undefined
}

function endOf({ exitCode, signal, originalMessage }: FortioEnd): string {
  if (signal) return `fortio was killed by ${signal}`
  if (exitCode !== undefined) return `fortio exited with code ${exitCode}`
  return `fortio did not start: ${originalMessage}`
}
