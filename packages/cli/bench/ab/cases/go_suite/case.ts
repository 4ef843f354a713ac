import { randomUUID } from 'node:crypto'
import {
  acquireAppExternalURL,
  compare,
  DaprPerfError,
  type EngineResult,
  httpGetNTimes,
  type MeasuredLoad,
  type TestContext,
  TestRunner,
  target,
  testapp,
  tester,
} from 'perf-sdk'

const token = randomUUID()

/** fortio's result JSON, as far as the Go suite reads it, and its buckets. Times are in seconds. */
interface FortioResult {
  Version: string
  ActualQPS: number
  /** Nanoseconds. */
  ActualDuration: number
  NumThreads: number
  SocketCount: number
  RetCodes: Record<string, number>
  DurationHistogram: {
    Count: number
    Min: number
    Max: number
    Avg: number
    Data: { Start: number; End: number; Count: number }[]
  }
}

/** Makes the load that the Go suite's TestParameters ask for: without `arrivals` that is fortio's own. */
async function load(test: TestContext, variant: string, targetEndpoint: string): Promise<MeasuredLoad> {
  const { qps, connections, duration, payload, payloadSize } = test.params
  const startedAt = new Date()
  const response = await fetch(`${await acquireAppExternalURL(test, 'tester')}/test`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({
      qps,
      clientConnections: connections,
      targetEndpoint,
      testDuration: duration,
      payload,
      payloadSizeKB: payloadSize,
    }),
    signal: test.signal,
  })
  const raw = await response.text()
  if (!response.ok) throw new DaprPerfError(`the tester answered ${response.status}: ${raw}`)
  return test.keep({ variant, round: 1, startedAt, result: resultOf(raw, qps), usage: {} })
}

function resultOf(raw: string, targetRate: number): EngineResult {
  const result: FortioResult = JSON.parse(raw)
  const { ActualQPS, ActualDuration, NumThreads, SocketCount, RetCodes, DurationHistogram } = result
  const { Count, Min, Max, Avg, Data } = DurationHistogram
  return {
    engine: { name: 'fortio', version: result.Version },
    targetRate,
    achievedRate: ActualQPS,
    seconds: ActualDuration / 1e9,
    connections: NumThreads,
    sent: Count + NumThreads,
    outcomes: Object.entries(RetCodes).map(([code, count]) => ({
      code,
      kind: code === '200' ? 'success' : 'failure',
      count,
    })),
    histogram: {
      count: Count,
      min: Min * 1000,
      max: Max * 1000,
      mean: Avg * 1000,
      buckets: Data.map(({ Start, End, Count: count }) => ({ start: Start * 1000, end: End * 1000, count })),
    },
    extraConnections: { openedOrSentAgain: SocketCount - NumThreads },
    raw,
  }
}

export default new TestRunner({
  description: "service invocation over HTTP, loaded as Dapr's Go suite does",
  apps: [testapp({ daprEnabled: true }), tester({ appEnv: { TESTER_TOKEN: token } })],
  params: { qps: 1000, connections: 16, duration: '1m', payloadSize: 1024 },
  async test(test) {
    const direct = `${test.apps.get('testapp')?.url}/test`
    const invoke = `${test.apps.get('tester')?.sidecar?.http}/v1.0/invoke/testapp/method/test`
    for (const url of [direct, invoke]) await httpGetNTimes(test, url, 10)
    const loads = [await load(test, 'baseline', direct), await load(test, 'dapr', invoke)]
    return compare({
      targets: { baseline: target.app('testapp', '/test'), dapr: target.invoke('testapp', 'test') },
      loads,
      sent: {},
      warmUpBodyBytes: {},
    })
  },
})
