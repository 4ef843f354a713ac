import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import type { Environment } from '../../model/environment.js'
import { cpuLimit } from '../../process/cpu-limit.js'

type Host = NonNullable<Environment['host']>

/** This machine. @param loadAverage before the run, over 1, 5 and 15 minutes */
export function describeHost(loadAverage: number[]): Host {
  const limit = cpuLimit()
  const governor = frequencyGovernor()
  return {
    os: `${type()} ${release()}`,
    cpuModel: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    ...(limit && { cpuLimit: limit.cores }),
    ...(governor && { frequencyGovernor: governor }),
    memoryBytes: Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
    loadAverage,
  }
}

/**
 * What decides the processors' frequencies, such as `performance` or `powersave`
 * (https://docs.kernel.org/admin-guide/pm/cpufreq.html); several are listed. Undefined where the system doesn't tell, as in most
 * virtual machines.
 *
 * @param folder of the processors
 */
export function frequencyGovernor(folder = '/sys/devices/system/cpu'): string | undefined {
  const governors = namesIn(folder)
    .filter((name) => /^cpu\d+$/.test(name))
    .flatMap((name) => lineOf(join(folder, name, 'cpufreq/scaling_governor')))
  return [...new Set(governors)].sort().join(', ') || undefined
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function lineOf(file: string): string[] {
  try {
    return [readFileSync(file, 'utf8').trim()]
  } catch {
    return []
  }
}
