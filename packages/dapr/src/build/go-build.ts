import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { DaprPerfError } from '@dapr-perf/errors'
import { ExecaError } from 'execa'
import { addToCache } from '../locate/cache.js'
import type { LocateDaprdOptions } from '../locate/options.js'
import { machine, type Target } from '../machine.js'
import { daprVersion } from '../pinned.js'
import { runGroup } from './run-group.js'

const maxErrorLines = 5

/** A daprd built from the pinned Go module, with the components and flags of Dapr's own releases. */
export async function builtDaprd(options: LocateDaprdOptions): Promise<string> {
  if (!isOnPath('go', options.env.PATH)) throw new DaprPerfError('go is not on the PATH')
  const pinned = await daprVersion(options.goModule)
  if (pinned !== options.version) {
    throw new DaprPerfError(`${join(options.goModule, 'go.mod')} requires ${pinned}, not ${options.version}`)
  }
  return addToCache(options, async (folder) => {
    options.report(`building ${options.version} from source (about 5 minutes, only the first time)`)
    const output = join(folder, 'daprd')
    await goBuild({ ...options, program: 'daprd', output, workFolder: folder, target: machine })
    return output
  })
}

interface GoBuild {
  /** The program's folder below dapr/dapr's cmd: daprd, operator, … */
  program: string
  output: string
  /** GOTMPDIR: go's temporary files. */
  workFolder: string
  /** The folder of the go.mod to build in. */
  goModule: string
  /** The version that the program reports. */
  version: string
  target: Target
  env: NodeJS.ProcessEnv
  signal?: AbortSignal | undefined
}

/**
 * Builds one of Dapr's programs with the components and flags of Dapr's own releases.
 *
 * @throws DaprPerfError with the last lines that go prints
 */
export async function goBuild({
  program,
  output,
  workFolder,
  goModule,
  version,
  target,
  env,
  signal,
}: GoBuild) {
  const args = [
    ...['build', '-tags', 'allcomponents', '-trimpath', '-ldflags', ldflags(version)],
    ...['-o', output, `github.com/dapr/dapr/cmd/${program}`],
  ]
  const goEnv = {
    GOTMPDIR: workFolder,
    GOGC: '400', // of the compiler itself: a fifth less of CPU, for up to 0.7 GiB more memory
    ...env,
    CGO_ENABLED: '0',
    GOOS: target.os,
    GOARCH: target.arch,
    GOWORK: 'off',
  }
  try {
    await runGroup('go', args, { cwd: goModule, env: goEnv, signal })
  } catch (error) {
    throw error instanceof ExecaError ? new DaprPerfError(goErrorMessage(error), { cause: error }) : error
  }
}

function ldflags(version: string): string {
  return [
    '-s -w',
    `-X github.com/dapr/dapr/pkg/buildinfo.version=${version}`,
    `-X github.com/dapr/kit/logger.DaprVersion=${version}`,
  ].join(' ')
}

function isOnPath(program: string, path = ''): boolean {
  return path.split(delimiter).some((folder) => existsSync(join(folder, program)))
}

function goErrorMessage(error: ExecaError): string {
  const lines = String(error.stderr)
    .split('\n')
    .filter((line) => line.trim() && !line.startsWith('go: downloading '))
  return lines.slice(-maxErrorLines).join('; ') || error.shortMessage
}
