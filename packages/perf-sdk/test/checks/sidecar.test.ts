import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { checkSidecarCount } from '../../src/checks/sidecar-metrics.js'
import { checkStoredValue } from '../../src/checks/stored-value.js'
import { loadResult, measurementOf } from '../loads.js'

const metrics = `dapr_component_pubsub_egress_count{app_id="tester",success="true",topic="orders"} 120
dapr_component_pubsub_egress_count{app_id="tester",success="false",topic="orders"} 3
`

describe("the check of a sidecar's count", () => {
  /** What the check says of a sidecar whose metrics answer so. */
  async function checked(status: number, text: string) {
    const server = createServer((_, response) => response.writeHead(status).end(text)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const url = async () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const sidecar = { http: '', grpc: '', acquireExternalURL: url }
    const tester = {
      name: 'tester',
      appId: 't',
      url: '',
      sidecar,
      acquireExternalURL: url,
      lastLines: async () => '',
    }
    const test = { apps: new Map([['tester', tester]]), signal: new AbortController().signal }
    const metric = { name: 'dapr_component_pubsub_egress_count', labels: { topic: 'orders' } }
    return checkSidecarCount(test, 'dapr.published', {
      appName: 'tester',
      what: 'events',
      metric,
      expected: 123,
    })
  }

  it('holds for just what is expected', async () => {
    expect(await checked(200, metrics)).toMatchObject({
      id: 'dapr.published',
      passed: true,
      detail: '123 of 123',
    })
  })

  it.each(['bestellungen-ü', 'a\nb', 'x'.repeat(256)])(
    'fails, and says why, for the topic %j, which Dapr does not count',
    async (topic) => {
      const test = { apps: new Map(), signal: new AbortController().signal }
      const metric = { name: 'dapr_component_pubsub_egress_count', labels: { topic } }
      const what = { appName: 'tester', what: 'events', metric, expected: 1 }
      const { passed, detail } = await checkSidecarCount(test, 'dapr.published', what)
      expect(passed).toBe(false)
      expect(detail).toContain(`not known: Dapr counts nothing under ${JSON.stringify(topic)}`)
    },
  )

  it('fails, and costs no figures, where the sidecar can not tell', async () => {
    const { passed, detail } = await checked(500, 'An error has occurred while serving metrics')
    expect(passed).toBe(false)
    expect(detail).toContain('answered 500: An error has occurred while serving metrics')
  })
})

describe('the answers of a state store over HTTP', () => {
  const check = (codes: Record<string, number>, sizes: [number, number], before?: [number, number]) => {
    const outcomes = Object.entries(codes).map(([code, count]) => ({ code, kind: 'success' as const, count }))
    const range = ([min, max]: [number, number]) => ({ min, max })
    const dapr = [loadResult(1, { outcomes, bodyBytes: range(sizes) })]
    const measurement = measurementOf({ baseline: [], dapr })
    if (before) measurement.warmUpBodyBytes.dapr = range(before)
    return checkStoredValue(measurement)
  }

  it('are right where all of them are 200 with the size that the sidecar answered before the load', () => {
    expect(check({ '200': 10 }, [35, 35], [35, 35]).passed).toBe(true)
    expect(check({ '200': 10 }, [4, 4], [4, 4]).detail).toBe('responses 200, of 4 B; before the load 4 B')
  })

  it('are wrong where a key was not there, or a value was another', () => {
    expect(check({ '200': 9, '204': 1 }, [0, 7], [7, 7]).passed).toBe(false)
    expect(check({ '204': 10 }, [0, 0], [0, 0]).passed).toBe(false)
    expect(check({ '200': 10 }, [7, 8], [7, 7]).passed).toBe(false)
    expect(check({ '200': 10 }, [7, 8], [7, 8]).passed).toBe(false)
    expect(check({ '200': 10 }, [6, 6], [7, 7]).passed).toBe(false)
    expect(check({ '200': 10 }, [7, 7]).passed).toBe(false)
  })

  it('are counted with the lines around their chunks where they are large', () => {
    expect(check({ '200': 10 }, [200_062, 200_062], [200_048, 200_048]).passed).toBe(true)
    expect(check({ '200': 10 }, [200_048, 210_000], [200_048, 200_048]).passed).toBe(false)
    expect(check({ '200': 10 }, [200_000, 200_000], [200_048, 200_048]).passed).toBe(false)
    expect(check({ '200': 10 }, [2001, 2001], [2000, 2000]).passed).toBe(false)
  })

  it('are of a variant that the measurement has', () => {
    expect(() => checkStoredValue(measurementOf({ dapr: [] }), 'a value')).toThrow(
      'checkStoredValue: there is no variant "a value", only dapr',
    )
  })
})
