import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a control group lets this process, and all others in it, use of the processors. */
export interface CpuLimit {
  /** In cores; 1.5 is one and a half. */
  cores: number
  /** For how long, so far, processors of the group were kept from running because it had used up its part, in seconds. */
  throttledSeconds: number
}

/**
 * The lowest limit of this process's control group and of those above it, as containers and systemd set them: cpu.max of
 * cgroup v2 (https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu), cpu.cfs_quota_us of v1
 * (https://docs.kernel.org/scheduler/sched-bwc.html). Undefined where there is none, and on systems other than Linux.
 *
 * @param root of the file system
 */
export function cpuLimit(root = '/'): CpuLimit | undefined {
  const lines = read(join(root, 'proc/self/cgroup')).split('\n')
  const limits = lines.flatMap((line) => {
    const [, controllers, own = ''] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? []
    if (controllers === undefined) return []
    const names = own.split('/').filter(Boolean)
    const groups = [...names.keys(), names.length].map((length) => names.slice(0, length).join('/'))
    const folders = groups.map((group) => join(root, 'sys/fs/cgroup', controllers, group))
    const isV1 = controllers.split(',').includes('cpu')
    return folders.flatMap((folder) => (isV1 ? limitOfV1(folder) : limitOfV2(folder)) ?? [])
  })
  return limits.toSorted((one, other) => one.cores - other.cores)[0]
}

function limitOfV2(folder: string): CpuLimit | undefined {
  const [, quota, period] = /^(\d+) (\d+)$/m.exec(read(join(folder, 'cpu.max'))) ?? []
  if (quota === undefined) return undefined
  return {
    cores: Number(quota) / Number(period),
    throttledSeconds: throttled(folder, 'throttled_usec') / 1e6,
  }
}

function limitOfV1(folder: string): CpuLimit | undefined {
  const [quota, period] = ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((file) => read(join(folder, file)))
  if (!quota || Number(quota) <= 0) return undefined
  return {
    cores: Number(quota) / Number(period),
    throttledSeconds: throttled(folder, 'throttled_time') / 1e9,
  }
}

const throttled = (folder: string, field: string) =>
  Number(new RegExp(`^${field} (\\d+)$`, 'm').exec(read(join(folder, 'cpu.stat')))?.[1] ?? 0)

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
