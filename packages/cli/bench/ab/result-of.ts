import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'

const program = join(import.meta.dirname, '../../bin/dapr-perf.js')

/** Runs a command of dapr-perf for one case, whatever its exit code. @returns its result.json, parsed, and nothing else of it */
export async function resultOf(command: 'ab' | 'run', [name = '', ...options]: string[]): Promise<unknown> {
  const out = mkdtempSync(join(tmpdir(), 'dapr-perf-bench-'))
  try {
    const args = [program, command, name, ...options, '--out', out]
    await execa(process.execPath, args, { reject: false, stdout: 'ignore', stderr: 'inherit' })
    return JSON.parse(readFileSync(join(out, 'latest', name, 'result.json'), 'utf8'))
  } finally {
    rmSync(out, { recursive: true })
  }
}
