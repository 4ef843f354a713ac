import { hostname } from 'node:os'
import type { V1Lease } from '@kubernetes/client-node'
import { describe, expect, it } from 'vitest'
import { isDead } from '../../../../src/platforms/kubernetes/ownership/owner.js'

const now = new Date('2026-01-01T12:00:00Z')
const written = (secondsAgo: number, process: object): V1Lease => ({
  metadata: {
    annotations: { 'dapr-perf/process': JSON.stringify(process) },
    managedFields: [{ time: new Date(now.getTime() - secondsAgo * 1000) }],
  },
})

describe('a run on another machine', () => {
  const elsewhere = { machine: `not ${hostname()}`, pid: 1, startTime: '1' }

  it('is alive for as long as it renews its Lease', () => {
    expect(isDead(written(59, elsewhere), now)).toBe(false)
  })

  it('is alive, too, where nobody can tell which machine it is', () => {
    expect(isDead(written(59, { pid: 1, startTime: '1' }), now)).toBe(false)
  })

  it.each(['{', 'null', ''])('is judged by that alone where its process was overwritten with %o', (text) => {
    const overwritten = (secondsAgo: number) => {
      const lease = written(secondsAgo, elsewhere)
      lease.metadata = { ...lease.metadata, annotations: { 'dapr-perf/process': text } }
      return lease
    }
    expect([59, 61].map((seconds) => isDead(overwritten(seconds), now))).toEqual([false, true])
  })

  it('is dead after a minute without', () => {
    expect(isDead(written(61, elsewhere), now)).toBe(true)
  })
})
