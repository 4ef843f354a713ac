import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { root } from './cli.js'

const { reported } = await import(join(root, 'scripts/reported.mjs'))

it('what takes long is reported after a second and then every 10 s, until it has ended', async () => {
  vi.useFakeTimers()
  const print = vi.spyOn(console, 'error').mockReturnValue()
  const waiting = reported(
    'building',
    () => new Promise((resolve) => void setTimeout(resolve, 25_000, 'built')),
  )
  vi.advanceTimersByTime(25_000)
  expect(await waiting).toBe('built')
  await expect(reported('failing', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  vi.advanceTimersByTime(60_000)
  expect(print.mock.calls.flat()).toEqual(['building …', 'building … 10 s so far', 'building … 20 s so far'])
  print.mockRestore()
  vi.useRealTimers()
})
