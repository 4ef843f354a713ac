import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { daprGoModule, daprVersion, locateDaprd } from '@dapr-perf/dapr'
import { InputError } from '@dapr-perf/errors'
import { fortioFolder } from '@dapr-perf/perf-apps'
import { type ExecaError, execa } from 'execa'

/** What the doctor found; `advice` says how to fix a problem. */
export interface Finding {
  what: string
  found: string
  advice?: string
}

const leastNode = [20, 20] as const
const leastCores = 2
const leastFreeGiB = 1

/** Checks what a run on this machine needs. */
export async function* localFindings(): AsyncGenerator<Finding> {
  for (const check of [checkNode, checkGo, checkDaprd, checkFortio, checkMemory, checkCores]) yield check()
}

export function checkNode(): Finding {
  const found = process.versions.node
  const [major = 0, minor = 0] = found.split('.').map(Number)
  const isOld = major < leastNode[0] || (major === leastNode[0] && minor < leastNode[1])
  return { what: 'Node', found, ...(isOld && { advice: `install Node ${leastNode.join('.')} or newer` }) }
}

async function checkGo(): Promise<Finding> {
  const asked = /^go (\S+)/m.exec(readFileSync(join(daprGoModule(), 'go.mod'), 'utf8'))?.[1]
  const advice = `install Go ${asked} or newer (https://go.dev/dl): it builds fortio, and daprd if no release can be downloaded`
  try {
    // Where go switches to the toolchain that the module asks for, as it does in a build.
    const { stdout } = await execa('go', ['env', 'GOVERSION'], { cwd: daprGoModule() })
    const isOld = stdout.replace('go', '').localeCompare(asked ?? '', 'en', { numeric: true }) < 0
    return { what: 'Go', found: stdout, ...(isOld && { advice }) }
  } catch (error) {
    const { code, stderr } = error as ExecaError
    return { what: 'Go', found: code === 'ENOENT' ? 'not on the PATH' : String(stderr), advice }
  }
}

async function checkDaprd(): Promise<Finding> {
  const what = `daprd ${await daprVersion()}`
  try {
    const { path, version, source } = await locateDaprd({ onlyReady: true })
    return { what, found: `${version}, from ${source}: ${path}` }
  } catch (error) {
    if (error instanceof InputError) return { what, found: 'unknown', advice: error.message }
    return { what, found: 'not cached yet: the first run downloads it, or builds it with Go' }
  }
}

async function checkFortio(): Promise<Finding> {
  const advice = 'build it with npm run build'
  try {
    const { stdout } = await execa(join(fortioFolder(), 'fortio'), ['version'])
    return { what: 'fortio', found: stdout }
  } catch (error) {
    return { what: 'fortio', found: (error as Error).message, advice }
  }
}

function checkMemory(): Finding {
  const free = process.availableMemory() / 2 ** 30
  const isLow = free < leastFreeGiB
  return {
    what: 'free memory',
    found: `${free.toFixed(1)} GiB`,
    ...(isLow && {
      advice: `stop other programs: a run needs ${leastFreeGiB} GiB, and building daprd needs 4 GiB`,
    }),
  }
}

function checkCores(): Finding {
  const found = availableParallelism()
  const advice = `use a machine with ${leastCores} cores or more: load, sidecars and apps share them`
  return { what: 'cores', found: String(found), ...(found < leastCores && { advice }) }
}
