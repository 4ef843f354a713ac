import { describe, expect, it } from 'vitest'
import type { Measurement } from '../src/measure/measure.js'
import { sumOf } from '../src/sidecar/metrics.js'
import { checkStateAnswers, StateStore } from '../src/sidecar/state-store.js'

const metrics = `# HELP dapr_component_pubsub_egress_count The number of outgoing messages.
# TYPE dapr_component_pubsub_egress_count counter
dapr_component_pubsub_egress_count{app_id="tester",success="true",topic="orders"} 120
dapr_component_pubsub_egress_count{app_id="tester",success="true",topic="orders2"} 7
dapr_component_pubsub_egress_count{app_id="tester",success="false",topic="orders"} 3
dapr_component_pubsub_egress_count_total{app_id="tester",success="true",topic="orders"} 9
process_open_fds 12
`

describe("a sidecar's metric", () => {
  const name = 'dapr_component_pubsub_egress_count'

  it('is the sum of the samples with the labels', () => {
    expect(sumOf(metrics, { name, labels: { topic: 'orders' } })).toBe(123)
    expect(sumOf(metrics, { name, labels: { topic: 'orders', success: 'true' } })).toBe(120)
    expect(sumOf(metrics, { name: 'process_open_fds', labels: {} })).toBe(12)
  })

  it('is 0 where nothing was counted', () => {
    expect(sumOf(metrics, { name, labels: { topic: 'nothing' } })).toBe(0)
  })

  it('does not take the end of a label for the whole of it', () => {
    expect(sumOf('x{my_topic="orders"} 1\n', { name: 'x', labels: { topic: 'orders' } })).toBe(0)
  })
})

describe('a state store', () => {
  it('in memory has no direct way to a key', () => {
    const store = new StateStore('RUN-1')
    expect(store.component).toEqual({ name: 'inmemorystate', typeName: 'state.in-memory' })
    expect(store.direct('k')).toBeUndefined()
  })

  it("in Redis keeps its keys under the run's name, as Dapr and the direct way write it", () => {
    const store = new StateStore('RUN-1', '127.0.0.1:6379')
    expect(store.component.metadata).toMatchObject({ redisHost: '127.0.0.1:6379', keyPrefix: 'run-1' })
    expect(store.direct('k')).toMatchObject({
      targetEndpoint: 'redis://127.0.0.1:6379',
      dapr: 'capability=state,target=redis,method=get,appid=run-1,key=k',
    })
  })
})

describe('the answers of a state store over HTTP', () => {
  const check = (RetCodes: Record<string, number>, shortest: number, longest: number) => {
    const result = {
      RetCodes,
      Sizes: { Min: 100 + shortest, Max: 100 + longest },
      HeaderSizes: { Min: 100, Max: 100 },
    }
    const measurement = { rounds: { baseline: [], dapr: [{ result }] } } as unknown as Measurement
    return checkStateAnswers(measurement, 'hello').passed // 7 bytes as JSON
  }

  it('are right where all of them are 200 with the length of the value', () => {
    expect(check({ '200': 10 }, 7, 7)).toBe(true)
  })

  it('are wrong where a key was not there, or a value was another', () => {
    expect(check({ '200': 9, '204': 1 }, 0, 7)).toBe(false)
    expect(check({ '204': 10 }, 0, 0)).toBe(false)
    expect(check({ '200': 10 }, 7, 8)).toBe(false)
    expect(check({ '200': 10 }, 6, 6)).toBe(false)
  })
})
