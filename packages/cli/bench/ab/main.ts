import { evaluateBlocks } from './evaluate.js'
import { goSuite } from './go-suite.js'
import { readRecorded, record } from './record.js'
import { makeSlowDaprd } from './slow-daprd.js'

const [command, file = '', count, ...rest] = process.argv.slice(2)
if (command === 'record') await record(file, Number(count), rest)
else if (command === 'evaluate') evaluateBlocks(readRecorded(file), Number(count), Number(rest[0] ?? 0.02))
else if (command === 'go-suite') await goSuite(file, Number(count), rest)
else if (command === 'slow') await makeSlowDaprd(file)
else {
  console.error(
    'usage: record FILE BLOCKS CASE [options of ab] | evaluate FILE BLOCKS_OF_AN_ANSWER [LEAST_EFFECT] | ' +
      'slow FOLDER | go-suite FILE RUNS CASE [options of run]',
  )
  process.exitCode = 2
}
