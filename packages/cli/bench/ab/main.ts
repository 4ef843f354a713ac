import { type Block, parseMetricName } from 'perf-sdk/runner'
import { evaluateBlocks } from './evaluate.js'
import { compareFiles } from './files.js'
import { goSuite } from './go-suite.js'
import { readRecorded, record } from './record.js'
import { makeSlowDaprd } from './slow-daprd.js'

const [command, ...args] = process.argv.slice(2)
if (command === 'record' && args.length >= 3) {
  const [file = '', blocks, ...ab] = args
  await record(file, Number(blocks), ab)
} else if (command === 'evaluate' && args.length >= 4) {
  const [blocks, gate = '', minEffect, ...files] = args
  const recordings = files.map((file) => readRecorded<Block>(file))
  const names = gate.split(',').map((name) => parseMetricName(name, 'GATE'))
  evaluateBlocks(recordings, { perAnswer: Number(blocks), gate: names, minEffect: Number(minEffect) })
} else if (command === 'go-suite' && args.length >= 2) {
  const [file = '', runs, ...run] = args
  await goSuite(file, Number(runs), run)
} else if (command === 'files' && args.length === 2) await compareFiles(args[0] as string, Number(args[1]))
else if (command === 'slow' && args.length === 1) await makeSlowDaprd(args[0] as string)
else {
  console.error(
    'usage: record FILE BLOCKS CASE [options of ab] | evaluate BLOCKS_OF_AN_ANSWER GATE LEAST_EFFECT FILE … | ' +
      'slow FOLDER | files FOLDER BLOCKS | go-suite FILE RUNS [options of run]',
  )
  process.exitCode = 2
}
