import { expect, test, vi } from 'vitest'
import { InvalidLoadError } from '../src/errors.js'
import { checkOpenFiles } from '../src/open-files.js'

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
