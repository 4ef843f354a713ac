import { expect, it } from 'vitest'
import { measureUsageOf } from '../../src/process/usage.js'

const MiB = 2 ** 20

it.runIf(process.platform === 'linux')(
  'a process is measured: its CPU time, and its anonymous memory at the highest',
  async () => {
    const { pid } = process
    const idle = await (await measureUsageOf([pid]))()
    const before = idle.get(pid)?.peakAnonymousBytes as number
    const { rss } = process.memoryUsage()
    expect(before).toBeGreaterThan(10 * MiB)
    expect(before).toBeLessThan(rss - 10 * MiB) // node's own program file is not part of it

    const allocated = Buffer.alloc(64 * MiB, 1)
    const stop = await measureUsageOf([pid])
    const { user, system } = process.cpuUsage()
    while (process.cpuUsage().user - user < 100_000);
    const used = process.cpuUsage({ user, system })
    const usage = (await stop()).get(pid)
    expect(usage?.peakAnonymousBytes).toBeGreaterThan(before + 32 * MiB)
    expect(usage?.cpuSeconds).toBeGreaterThanOrEqual(0.08)
    expect(usage?.cpuSeconds).toBeLessThan(((used.user + used.system) / 1e6) * 1.5 + 0.1)
    expect(allocated.length).toBe(64 * MiB)
  },
)

it.runIf(process.platform === 'linux')('a process that does not exist has no usage', async () => {
  expect(await (await measureUsageOf([2 ** 22 - 1]))()).toEqual(new Map())
})
