import { expect, test, vi } from 'vitest'
import { InvalidLoadError } from '../src/errors.js'
import { checkOpenFiles } from '../src/open-files.js'
import { buildServer } from '../src/server.js'

test.each([
  [96, 256],
  [1, 66],
  [1_000_000, Number.POSITIVE_INFINITY],
  [16, undefined],
])('%d connections are fine where %s files may be open', (connections, limit) => {
  expect(() => checkOpenFiles(connections, limit)).not.toThrow()
})

test.each([
  [1000, 256, 96],
  [97, 256, 96],
  [1, 32, 0],
])('%d connections are refused where %d files may be open', (connections, limit, most) => {
  expect(() => checkOpenFiles(connections, limit)).toThrow(
    new InvalidLoadError(
      `clientConnections must be ${most} or less, not ${connections}: ` +
        `a process may open ${limit} files here (ulimit -n), and needs 2 for each connection and 64 more`,
    ),
  )
})

test('the limit is read without looking up names of addresses, which takes minutes where no name server answers', () => {
  const report = process.report as typeof process.report & { excludeNetwork: boolean }
  report.excludeNetwork = false
  const read = vi.spyOn(report, 'getReport').mockImplementation(() => {
    expect(report.excludeNetwork).toBe(true)
    return { userLimits: { open_files: { soft: 66 } } }
  })
  expect(() => checkOpenFiles(2)).toThrow('clientConnections must be 1 or less')
  read.mockRestore()
})

test('a load with more connections than files may be open is refused before it starts', async () => {
  const userLimits = { open_files: { soft: 256 } }
  vi.spyOn(process.report as NodeJS.ProcessReport, 'getReport').mockReturnValue({ userLimits })
  const { statusCode, body } = await buildServer().inject({
    method: 'POST',
    url: '/test',
    body: JSON.stringify({ targetEndpoint: 'http://127.0.0.1:9', testDuration: '1s', clientConnections: 97 }),
  })
  expect(statusCode).toBe(400)
  expect(body).toContain('clientConnections must be 96 or less, not 97')
  vi.restoreAllMocks()
})
