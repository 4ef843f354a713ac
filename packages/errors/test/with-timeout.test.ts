import { EventEmitter, once } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { withTimeout } from '../src/index.js'

const never = (signal: AbortSignal) => once(new EventEmitter(), 'never', { signal })

it('ends a wait after its time, though garbage is collected meanwhile', async () => {
  setFlagsFromString('--expose_gc')
  const collectGarbage = runInNewContext('gc')
  const collecting = setInterval(collectGarbage, 5)
  try {
    const other = new AbortController()
    await expect(withTimeout(50, other.signal, never)).rejects.toThrow('aborted')
  } finally {
    clearInterval(collecting)
  }
})

it.each([
  ['at once, where the other signal has aborted before', true],
  ['when the other signal aborts', false],
])('ends a wait %s, with its reason', async (_, before) => {
  const other = new AbortController()
  if (before) other.abort(new Error('stopped'))
  const wait = withTimeout(60_000, other.signal, async (signal) => {
    await never(signal).catch(() => {})
    throw signal.reason
  })
  other.abort(new Error('stopped'))
  await expect(wait).rejects.toThrow('stopped')
})

it('says how long it was', async () => {
  const wait = withTimeout(20, undefined, async (signal) => {
    await never(signal).catch(() => {})
    throw signal.reason
  })
  await expect(wait).rejects.toThrow('not finished after 0.02 s')
})
