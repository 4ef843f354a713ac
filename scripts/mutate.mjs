// Mutation tests: changes the code in one place at a time, in memory, and runs the fast tests that should fail.
// Usage: npm run mutate [-- TEXT], to run only mutations whose description contains TEXT
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'

const sdk = 'packages/perf-sdk'
const usage = `${sdk}/src/platforms/kubernetes/pods/container-usage.ts`
const percentile = `${sdk}/src/statistics/percentile.ts`
const summary = `${sdk}/src/statistics/summary.ts`
const measure = `${sdk}/src/measure/measure.ts`
const client = `${sdk}/src/load-engine/fortio/tester-client.ts`

/** Description, file, original text, replacement. */
const mutations = [
  [
    'the order of the variants never turns around',
    measure,
    'round % 2 === 1 ? variants : variants.toReversed()',
    'variants',
  ],
  ['all rounds of a variant come first', measure, 'inOrderOf(round, variants)', 'variants.toReversed()'],
  ['a warm-up at another rate', measure, 'const warmUpRate = 100', 'const warmUpRate = 1000'],
  [
    'a warm-up of another length',
    measure,
    'const longestWarmUpSeconds = 10',
    'const longestWarmUpSeconds = 60',
  ],
  ['a warm-up that takes all of a short load', measure, 'seconds / 6', 'seconds'],
  [
    'a warm-up that is not counted',
    measure,
    'measurement.sent[variant] = sent',
    'measurement.sent[variant] = 0 * sent',
  ],
  ['each round as long as all', measure, 'seconds: seconds / rounds', 'seconds'],
  ['a plain mean of means', summary, 'mean * count)) / requests', 'mean)) / histograms.length'],
  [
    'a plain mean of rates',
    summary,
    'result.achievedRate * result.seconds)) / seconds',
    'result.achievedRate)) / results.length',
  ],
  ['peaks of memory added up', summary, 'Math.max(...peaks)', 'peaks.reduce((sum, peak) => sum + peak, 0)'],
  ['buckets that overlap are two', percentile, 'last && bucket.start < last.end', 'false'],
  ['merged buckets keep the end of the first', percentile, 'last.end = Math.max(last.end, bucket.end)', ''],
  ['the least request is not at its place', percentile, 'let below = 1', 'let below = 0'],
  ['a percentile of too few requests is shown', percentile, '< leastRequestsFor(percentile)', '< 1'],
  [
    'the first sample counts as within the load',
    usage,
    'const within = samples.slice(1)\n  if',
    'const within = samples\n  if',
  ],
  ['a rate is not taken times the length', usage, '/ spanOf(within)) * seconds', '/ spanOf(within))'],
  ['averages are added up', usage, '/ rates.length) * seconds', ') * seconds'],
  ['the last memory is the peak', usage, 'Math.max(...memory)', 'memory.at(-1)'],
  ['late samples are appended', usage, 'if (sample.timeMs > (samples', 'if (sample.timeMs !== (samples'],
  ['samples are enough at once', usage, 'spanOf(within) >= seconds / 2 ||', 'spanOf(within) >= 0 ||'],
  ['an average is never enough', usage, '|| within.some(({ cores }) => cores !== undefined)', ''],
  [
    'a tester that does not answer is asked for ever',
    client,
    'performance.now() - lastAnswer > times.unresponsive',
    'false',
  ],
  ['a load has no end', client, 'performance.now() - started < longest', 'true'],
  ['a load that fails is made again', client, 'if (!isUnknown && !isRunning) throw', 'if (false) throw'],
  ['what never arrived is not asked for anew', client, 'next = isUnknown ? start : find', 'next = find'],
  [
    'a component is for every app of the namespace',
    `${sdk}/src/runner/components.ts`,
    'component.scopes.length > 0 ? component.scopes : everyApp',
    'component.scopes',
  ],
  [
    'a port that another run holds is taken',
    `${sdk}/src/process/ports.ts`,
    'socket.bind(port, loopback)',
    'socket.bind(0, loopback)',
  ],
  [
    'every code is a success',
    `${sdk}/src/load-engine/fortio/fortio-result.ts`,
    "/^(2\\d\\d|OK|SERVING)$/.test(code) ? 'success' : 'failure'",
    "'success'",
  ],
  [
    'a load is sent what its connections were tried with',
    `${sdk}/src/load-engine/fortio/fortio-result.ts`,
    'DurationHistogram.Count + connections',
    'DurationHistogram.Count + NumThreads',
  ],
  [
    '99 % of the rate is not enough',
    `${sdk}/src/checks/loads.ts`,
    'sentInTime >= leastShareOfRate * due',
    'sentInTime > leastShareOfRate * due',
  ],
  [
    'Dapr fails with a baseline that missed its rate',
    `${sdk}/src/checks/loads.ts`,
    "baseline.passed ? 'failed' : 'not valid'",
    "'failed'",
  ],
  [
    'unknown outcomes are successes',
    `${sdk}/src/checks/loads.ts`,
    'known === requests && requests > 0',
    'requests > 0',
  ],
  ['late sends do not matter', `${sdk}/src/checks/loads.ts`, 'late.percent <= mostLatePercent', 'true'],
  [
    'a load generator that is late does not matter',
    `${sdk}/src/checks/loads.ts`,
    '(known?.value ?? 0) <= mostGeneratorDelayMs',
    'true',
  ],
  [
    'a check that is not met fails, whatever it says',
    `${sdk}/src/results/run-result.ts`,
    "(missed.ifNotMet ?? 'failed')",
    "'failed'",
  ],
  ['pods on other nodes count as processes of this one', `${sdk}/src/results/machine.ts`, 'nodes > 1 ||', ''],
  [
    'what was not sent in time counts for the rate',
    `${sdk}/src/load-engine/fortio/fortio-result.ts`,
    '(rate * Rated.SentInTime) / Rated.Due',
    'rate',
  ],
  ['a connection may have no request', `${sdk}/src/measure/feasible.ts`, 'requests < connections', 'false'],
  [
    'a case is known by its class',
    `${sdk}/src/case/test-runner.ts`,
    "Symbol.for('dapr-perf.case')",
    "Symbol('dapr-perf.case')",
  ],
  [
    'a weaker source keeps its part of the body',
    `${sdk}/src/description/params.ts`,
    "payload: payload ?? '', payloadSize: payloadSize ?? 0",
    'payload: payload ?? params.payload, payloadSize: payloadSize ?? params.payloadSize',
  ],
  [
    'a caller who comes back is not counted',
    'packages/tester/src/running-load.ts',
    'clearTimeout(this.#abandoned)\n    this.#callers++',
    'this.#callers++',
  ],
]

process.chdir(join(import.meta.dirname, '..'))
const [word = ''] = process.argv.slice(2)
const chosen = mutations.filter(([what]) => what.includes(word))

/** How many of the tests that need a file fail, with a mistake in it or without. */
async function failures(file, mutation) {
  const [, workspace] = /^(packages\/[^/]+)\//.exec(file)
  const output = join(workspace, 'test-results', `${basename(workspace)}.json`)
  rmSync(output, { force: true })
  const related = ['vitest', 'related', '--run', join(process.cwd(), file), '--project', 'fast']
  const test = spawn('npx', related, {
    cwd: workspace,
    env: { ...process.env, ...(mutation && { DAPR_PERF_MUTATION: JSON.stringify(mutation) }) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  test.stderr.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  await once(test, 'close')
  if (!existsSync(output)) throw new Error(`the tests of ${file} could not be run:\n${said}`)
  const { numFailedTests, numPassedTests } = JSON.parse(readFileSync(output, 'utf8'))
  if (numFailedTests + numPassedTests === 0) throw new Error(`no test needs ${file}`)
  rmSync(output)
  return numFailedTests
}

const unfit = mutations.filter(([, file, from]) => readFileSync(file, 'utf8').split(from).length !== 2)
if (unfit.length > 0)
  throw new Error(
    `these do not change what they should:\n${unfit.map(([what, file]) => `${what} (${file})`).join('\n')}`,
  )

for (const file of new Set(chosen.map(([, name]) => name)))
  if ((await failures(file)) > 0) throw new Error(`the tests of ${file} fail without a mistake in it`)

let survived = 0
for (const [what, file, from, to] of chosen) {
  const caught = (await failures(file, { file, from, to })) > 0
  if (!caught) survived++
  console.log(`${caught ? '✓ caught' : '✗ survived'}: ${what} (${file})`)
}
console.log(`${chosen.length - survived} of ${chosen.length} mutations caught`)
process.exitCode = survived > 0 ? 1 : 0
