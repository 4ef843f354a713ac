import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { readGoCounters } from '../../src/platforms/go-metrics.js'

const page = (cpu: number, mallocs: string) => `# HELP process_cpu_seconds_total Total CPU time.
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total ${cpu}
go_memstats_mallocs_total ${mallocs}
go_memstats_alloc_bytes_total 2.5e+07
`

/** @param broken how many connections it breaks first */
async function serve(text: string, broken = 0): Promise<string> {
  const server = createServer((_, response) => response.end(text)).listen(0, '127.0.0.1')
  let connections = 0
  server.on('connection', (socket) => {
    if (++connections <= broken) socket.destroy()
  })
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

it('what sidecars say of themselves is added up', async () => {
  const urls = [await serve(page(1.25, '1.5e+06')), await serve(page(0.5, '20'))]
  expect(await readGoCounters(urls)).toEqual({
    cpuSeconds: 1.75,
    allocations: 1_500_020,
    allocatedBytes: 5e7,
  })
})

it('what one of them does not say is unknown', async () => {
  const unknown = { cpuSeconds: undefined, allocations: undefined, allocatedBytes: undefined }
  expect(await readGoCounters([await serve(page(1, '1')), undefined])).toEqual(unknown)
  expect(await readGoCounters([await serve('metrics are off')])).toEqual(unknown)
})

it('are read again where a connection breaks', async () => {
  expect(await readGoCounters([await serve(page(1, '1'), 2)])).toMatchObject({ cpuSeconds: 1 })
})

it('that can not be read are an error', async () => {
  const url = await serve('', Number.POSITIVE_INFINITY)
  await expect(readGoCounters([url])).rejects.toThrow(
    `the metrics of a sidecar can't be read at ${url}/metrics: `,
  )
}, 15_000)
