import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { ExecaError } from 'execa'
import { DaprPerfError } from '../../../errors.js'
import { addToCache } from './cache.js'
import { machine } from './machine.js'
import type { LocateDaprdOptions } from './options.js'
import { daprVersion } from './pinned.js'
import { runGroup } from './run-group.js'

const linesOfError = 5

/** A daprd built from the pinned Go module, with the components and flags of Dapr's own releases. */
export async function builtDaprd(options: LocateDaprdOptions): Promise<string> {
  if (!isOnPath('go', options.env.PATH)) throw new DaprPerfError('go is not on the PATH')
  const pinned = await daprVersion(options.goModule)
  if (pinned !== options.version) {
    throw new DaprPerfError(`${join(options.goModule, 'go.mod')} requires ${pinned}, not ${options.version}`)
  }
  return addToCache(options, async (folder) => {
    options.report(`building ${options.version} from source, which takes about 5 minutes, once`)
    const output = join(folder, 'daprd')
    await goBuild(output, folder, options)
    return output
  })
}

async function goBuild(output: string, workFolder: string, options: LocateDaprdOptions): Promise<void> {
  const args = [
    ...['build', '-tags', 'allcomponents', '-trimpath', '-ldflags', ldflags(options.version)],
    ...['-o', output, 'github.com/dapr/dapr/cmd/daprd'],
  ]
  const env = {
    GOTMPDIR: workFolder,
    ...options.env,
    CGO_ENABLED: '0',
    GOOS: machine.os,
    GOARCH: machine.arch,
    GOWORK: 'off',
  }
  try {
    await runGroup('go', args, { cwd: options.goModule, env, signal: options.signal })
  } catch (error) {
    throw error instanceof ExecaError ? new DaprPerfError(goReason(error), { cause: error }) : error
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

function goReason(error: ExecaError): string {
  const lines = String(error.stderr)
    .split('\n')
    .filter((line) => line.trim() && !line.startsWith('go: downloading '))
  return lines.slice(-linesOfError).join('; ') || error.shortMessage
}
