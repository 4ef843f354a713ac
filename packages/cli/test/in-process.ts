import { format, stripVTControlCharacters } from 'node:util'
import { onTestFinished, vi } from 'vitest'
import { runProgram } from '../src/program.js'
import { root, temporaryFolder } from './cli.js'

interface Surroundings {
  cwd?: string
  env?: Record<string, string>
  stateFolder?: string
}

/** Runs the command in this process. @returns what it prints, without colours, and the exit code that it sets */
export async function runHere(args: string[], { cwd = root, env = {}, stateFolder }: Surroundings = {}) {
  const output = { stdout: '', stderr: '' }
  const add = (to: keyof typeof output) => (text: string | Uint8Array) => {
    output[to] += stripVTControlCharacters(String(text))
    return true
  }
  const [before, exitCode] = [process.cwd(), process.exitCode]
  for (const [name, value] of Object.entries({ ...env, XDG_STATE_HOME: stateFolder ?? temporaryFolder() }))
    vi.stubEnv(name, value)
  for (const [method, to] of [['log', 'stdout'] as const, ['error', 'stderr'] as const]) {
    vi.spyOn(process[to], 'write').mockImplementation(add(to))
    vi.spyOn(console, method).mockImplementation((...values) => void add(to)(`${format(...values)}\n`))
  }
  onTestFinished(() => {
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
  })
  process.chdir(cwd)
  try {
    await runProgram(args)
    return { ...output, code: process.exitCode }
  } finally {
    process.chdir(before)
    process.exitCode = exitCode
    vi.restoreAllMocks()
  }
}
