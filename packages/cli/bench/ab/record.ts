// Records the blocks of a comparison in a file, one JSON object a line, and goes on where it stopped:
//   npm run bench:ab -w dapr-perf -- record FILE BLOCKS CASE [ab's options]
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import type { AbResult } from 'perf-sdk/runner'

/** Of one call of ab: what it records is lost if it is killed. */
const blocksEach = 40
const leastBlocks = 8

/** What a file has recorded, one JSON object a line; nothing where there is no file yet. */
export const readRecorded = <T>(file: string): T[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : []

export async function record(file: string, wanted: number, args: string[]): Promise<void> {
  const program = join(import.meta.dirname, '../../bin/dapr-perf.js')
  for (let have = readRecorded(file).length; have < wanted; have = readRecorded(file).length) {
    const out = mkdtempSync(join(tmpdir(), 'dapr-perf-record-'))
    try {
      // The least effect is so small that no call ends before its last block.
      const blocks = String(Math.max(leastBlocks, Math.min(blocksEach, wanted - have)))
      const options = ['--blocks', blocks, '--min-effect', '0.0001%', '--out', out]
      const { exitCode } = await execa(process.execPath, [program, 'ab', ...args, ...options], {
        reject: false,
        stdout: 'ignore',
        stderr: 'inherit',
      })
      const result: AbResult = JSON.parse(
        readFileSync(join(out, 'latest', args[0] as string, 'result.json'), 'utf8'),
      )
      appendFileSync(file, result.blocks.map((block) => `${JSON.stringify(block)}\n`).join(''))
      if (result.outcome === 'error' || result.outcome === 'interrupted')
        throw new Error(`ab ended with ${exitCode}: ${result.error}`)
    } finally {
      rmSync(out, { recursive: true })
    }
  }
}
