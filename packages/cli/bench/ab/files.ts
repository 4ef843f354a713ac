// What the file of a program does to its speed: the same daprd, byte for byte, in two files that the page cache holds in
// different ways. First as ab compares programs, then as they are, by a script that starts them, which ab does not copy:
//   npm run bench:ab -w dapr-perf -- files FOLDER BLOCKS
// The folder, of a real disk, gets the files and the recorded blocks: what is there is not recorded again.
import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { locateDaprd } from '@dapr-perf/dapr'
import { execa } from 'execa'
import { type Block, logRatiosOf } from 'perf-sdk/runner'
import { readRecorded, record } from './record.js'
import { percent, sdText, summaryOf } from './statistics.js'

const pageBytes = 4096
const load = ['state_get_http', '--qps', '400', '--connections', '4', '--arrivals', 'bursts']

type Prepare = (file: string) => Promise<void>

const asWritten: Prepare = async () => {}

/** Read from the disk again, one page after the other. */
const readAgain: Prepare = async (file) => {
  await dropFromPageCache(file)
  readPages(file, (count) => Array.from({ length: count }, (_, index) => index))
}

/** Read from the disk again in random order, so that the page cache has it in small pieces. */
const readAtRandom: Prepare = async (file) => {
  await dropFromPageCache(file)
  readPages(file, (count) =>
    Array.from({ length: count }, (_, index) => ({ index, key: Math.random() }))
      .sort((one, other) => one.key - other.key)
      .map(({ index }) => index),
  )
}

const pairs: [name: string, a: Prepare, b: Prepare][] = [
  ['copies-alike', asWritten, asWritten],
  ['read-again', asWritten, readAgain],
  ['read-at-random', asWritten, readAtRandom],
  ['at-random-and-again', readAtRandom, readAgain],
]

export async function compareFiles(given: string, blocks: number): Promise<void> {
  const folder = resolve(given)
  mkdirSync(folder, { recursive: true })
  const { path: daprd } = await locateDaprd()
  for (const way of ['copied', 'in-place'] as const)
    for (const [name, ...prepared] of pairs) {
      const sides = []
      for (const [index, prepare] of prepared.entries()) {
        const file = join(folder, `${name}-${'ab'[index]}`)
        if (!existsSync(file)) copyFileSync(daprd, file)
        await prepare(file)
        sides.push(way === 'copied' ? file : scriptFor(file))
      }
      const recorded = join(folder, `${name}-${way}.jsonl`)
      await record(recorded, blocks, [...load, '--a', sides[0] as string, '--b', sides[1] as string])
      print(`${name}, ${way}`, readRecorded<Block>(recorded))
    }
}

function print(title: string, blocks: Block[]): void {
  for (const metric of ['p50', 'cpu'] as const) {
    const { mean, sd, interval } = summaryOf(logRatiosOf(blocks, metric) ?? [])
    const seconds = blocks.reduce((sum, block) => sum + block.seconds, 0) / blocks.length
    console.log(
      `${title.padEnd(32)} ${metric.padEnd(4)} ${percent(mean)} (${percent(interval[0])} to ${percent(interval[1])}), ` +
        `sd of a block ${sdText(sd)}, ${blocks.length} blocks of ${seconds.toFixed(1)} s`,
    )
  }
}

function scriptFor(file: string): string {
  const script = `${file}.sh`
  writeFileSync(script, `#!/bin/sh\nexec '${file}' "$@"\n`, { mode: 0o755 })
  return script
}

async function dropFromPageCache(file: string): Promise<void> {
  await execa('sync', [file])
  await execa('dd', [`if=${file}`, 'iflag=nocache', 'count=0', 'status=none'])
}

function readPages(file: string, orderOf: (count: number) => number[]): void {
  const fd = openSync(file, 'r')
  const page = Buffer.alloc(pageBytes)
  for (const index of orderOf(Math.ceil(fstatSync(fd).size / pageBytes)))
    readSync(fd, page, 0, pageBytes, index * pageBytes)
  closeSync(fd)
}
