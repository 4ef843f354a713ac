// How long service_invocation_http takes on Kubernetes from its command to its first request, and from its last load
// to its end, beside Dapr's own performance test: the same cluster and images, in turn. Dapr and the images of the perf
// apps have to be there; DAPR_TEST_REGISTRY, DAPR_NAMESPACE and the like say where.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readKubernetesSettings } from '@dapr-perf/kubernetes/settings'
import { execa } from 'execa'

const rounds = Number(process.env.ROUNDS || 3)
const root = join(import.meta.dirname, '../../..')
const folder = mkdtempSync(join(tmpdir(), 'dapr-perf-bench-'))
const goProgram = join(folder, 'service_invocation_http.test')

const env = {
  DAPR_PERF_PLATFORM: 'kubernetes',
  DAPR_PERF_QPS: '50',
  DAPR_PERF_CONNECTIONS: '10',
  DAPR_TEST_DURATION: '2s',
  DAPR_TEST_TAG: readKubernetesSettings().testTag,
  DAPR_TEST_LOG_PATH: folder,
  DAPR_CONTAINER_LOG_PATH: folder,
  TEST_OUTPUT_FILE_PREFIX: join(folder, 'output'),
}

interface Side {
  name: string
  command: string[]
  cwd: string
  /** What it prints right before its first request, and when it begins to tear down. */
  firstRequest: string
  teardown: string
}

const sides: Side[] = [
  {
    name: 'dapr-perf',
    command: ['npx', 'turbo', 'test-perf-service_invocation_http', '--', '--out', folder],
    cwd: root,
    firstRequest: 'baseline warm-up',
    teardown: 'tearing down',
  },
  {
    name: "Dapr's own",
    command: [goProgram, '-test.v'],
    cwd: folder,
    firstRequest: 'running baseline test',
    teardown: 'Running teardown',
  },
]

/** Seconds from the start to the first request, and from the teardown's beginning to the end. */
async function measure({ command: [file = '', ...args], cwd, firstRequest, teardown, name }: Side) {
  const begun = performance.now()
  const seconds = () => (performance.now() - begun) / 1000
  const seen = { firstRequest: 0, teardown: 0 }
  const child = execa(file, args, { cwd, env, all: true, reject: false })
  const lines: string[] = []
  for await (const line of child.iterable({ from: 'all' })) {
    lines.push(line)
    if (!seen.firstRequest && line.includes(firstRequest)) seen.firstRequest = seconds()
    if (!seen.teardown && line.includes(teardown)) seen.teardown = seconds()
  }
  if (!seen.firstRequest || !seen.teardown) throw new Error(`${name} made no load:\n${lines.join('\n')}`)
  return { start: seen.firstRequest, end: seconds() - seen.teardown }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number

try {
  const suite = 'github.com/dapr/dapr/tests/perf/service_invocation_http'
  await execa('go', ['test', '-c', '-tags', 'perf', '-o', goProgram, suite], {
    cwd: join(root, 'packages/dapr'),
  })
  const measured = sides.map((side) => ({ side, times: [] as Awaited<ReturnType<typeof measure>>[] }))
  for (let round = 1; round <= rounds; round++) {
    for (const { side, times } of measured) times.push(await measure(side))
    console.log(`round ${round} of ${rounds}`)
  }
  console.log(`\nmedian of ${rounds}, in s     first request    teardown`)
  for (const { side, times } of measured) {
    const [start, end] = [median(times.map((time) => time.start)), median(times.map((time) => time.end))]
    console.log(`${side.name.padEnd(22)}${start.toFixed(1).padStart(14)}${end.toFixed(1).padStart(12)}`)
  }
} finally {
  rmSync(folder, { recursive: true })
}
