// Records the blocks of a comparison in a file, one JSON object a line, and goes on where it stopped:
//   npm run bench:ab -w dapr-perf -- record FILE BLOCKS CASE [ab's options]
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import type { AbResult } from 'perf-sdk/runner'
import { resultOf } from './result-of.js'

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
  for (let have = readRecorded(file).length; have < wanted; have = readRecorded(file).length) {
    const blocks = Math.max(leastBlocks, Math.min(blocksEach, wanted - have))
    // The least effect is so small that a call ends early only where every metric differs; then the next one goes on.
    const options = ['--blocks', String(blocks), '--min-effect', '0.0001%']
    const result = (await resultOf('ab', [...args, ...options])) as AbResult
    appendFileSync(file, result.blocks.map((block) => `${JSON.stringify(block)}\n`).join(''))
    if (result.outcome === 'error' || result.outcome === 'interrupted')
      throw new Error(`ab ended with ${result.outcome}: ${result.error}`)
  }
}
