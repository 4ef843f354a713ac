import type { Target } from '../machine.js'
import type { DaprProgram } from '../program-names.js'
import { shortHash } from '../sha256.js'
import { type GoOptions, runGo } from './go.js'

// Dapr's own releases have all components, too. Modules are read as go.mod says, whatever the user's GOFLAGS say, and git
// does not look into a checkout of another user.
const flags = ['-tags', 'allcomponents', '-trimpath', '-buildvcs=false', '-mod=readonly']
const linkerFlags = '-s -w'
// What else decides how go builds, from the environment or from `go env -w`.
const variables = ['GOFLAGS', 'GOEXPERIMENT', 'GOFIPS140', 'GOAMD64', 'GOARM64', 'GOARM']

interface GoBuild {
  program: DaprProgram
  output: string
  /** GOTMPDIR: go's temporary files. */
  workFolder: string
  /** The folder of dapr/dapr's own go.mod: its replace lines and sums hold. */
  folder: string
  /** The version that the program reports. */
  version: string
  target: Target
  env: NodeJS.ProcessEnv
  signal?: AbortSignal | undefined
}

/**
 * Builds one of Dapr's programs with the components and flags of Dapr's own releases.
 *
 * @throws DaprPerfError with the last lines that go prints, a MachineError where they name the machine as the cause
 */
export async function goBuild(build: GoBuild): Promise<void> {
  const { program, output, workFolder, folder, version, target, env, signal } = build
  const args = [
    ...['build', ...flags, '-ldflags', `${linkerFlags} ${versionFlags(version)}`],
    ...['-o', output, `github.com/dapr/dapr/cmd/${program}`],
  ]
  await runGo(args, { cwd: folder, env: { GOTMPDIR: workFolder, ...goEnv(env, target) }, signal })
}

/** How programs are built, beside their sources: with the same settings, two programs are built alike. */
export interface BuildSettings {
  /** Go's version, such as `go1.26.8`. */
  goVersion: string
  /** For the names of files: Go's version and a hash of all settings. */
  name: string
}

/**
 * The settings of a build in a folder, whose go.mod may ask for a newer Go than the one on the PATH.
 *
 * @throws DaprPerfError where go fails
 */
export async function buildSettings(target: Target, { cwd, env, signal }: GoOptions): Promise<BuildSettings> {
  const args = ['env', '-json', 'GOVERSION', ...variables]
  const printed = await runGo(args, { cwd, env: goEnv(env, target), signal })
  const { GOVERSION: goVersion } = JSON.parse(printed)
  const name = `${goVersion.replaceAll(/[^\w.]+/g, '_')}-${shortHash(`${flags} ${linkerFlags} ${printed}`, 8)}`
  return { goVersion, name }
}

function goEnv(env: NodeJS.ProcessEnv, target: Target): NodeJS.ProcessEnv {
  return {
    GOGC: '400', // of the compiler itself: a fifth less of CPU, for up to 0.7 GiB more memory
    ...env,
    CGO_ENABLED: '0',
    GOOS: target.os,
    GOARCH: target.arch,
  }
}

function versionFlags(version: string): string {
  return `-X github.com/dapr/dapr/pkg/buildinfo.version=${version} -X github.com/dapr/kit/logger.DaprVersion=${version}`
}
