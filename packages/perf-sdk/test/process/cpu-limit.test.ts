import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { cpuLimit } from '../../src/process/cpu-limit.js'

/** A file system with these files. */
function rootWith(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'dapr-perf-cgroup-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  return root
}

it('the limit is the lowest of the group and those above it, with how long it throttled', () => {
  const root = rootWith({
    'proc/self/cgroup': '0::/user.slice/run.scope\n',
    'sys/fs/cgroup/user.slice/cpu.max': '150000 100000\n',
    'sys/fs/cgroup/user.slice/cpu.stat': 'usage_usec 9\nnr_throttled 4\nthrottled_usec 2500000\n',
    'sys/fs/cgroup/user.slice/run.scope/cpu.max': 'max 100000\n',
  })
  expect(cpuLimit(root)).toEqual({ cores: 1.5, throttledSeconds: 2.5 })
})

it('in a container its own group is the root', () => {
  const root = rootWith({ 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '50000 100000\n' })
  expect(cpuLimit(root)).toEqual({ cores: 0.5, throttledSeconds: 0 })
})

it('the older kind of group is read, too', () => {
  const root = rootWith({
    'proc/self/cgroup': '4:cpu,cpuacct:/docker/1\n3:memory:/docker/1\n0::/\n',
    'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1\n',
    'sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_quota_us': '200000\n',
    'sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_period_us': '100000\n',
    'sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.stat': 'nr_throttled 1\nthrottled_time 1500000000\n',
  })
  expect(cpuLimit(root)).toEqual({ cores: 2, throttledSeconds: 1.5 })
})

it('there is none without a group, or where no group has one', () => {
  expect(cpuLimit(rootWith({}))).toBeUndefined()
  const unlimited = { 'proc/self/cgroup': '0::/a\n', 'sys/fs/cgroup/a/cpu.max': 'max 100000\n' }
  expect(cpuLimit(rootWith(unlimited))).toBeUndefined()
})
