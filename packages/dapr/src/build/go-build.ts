import type { Target } from '../machine.js'
import type { DaprProgram } from '../program-names.js'
import { shortHash } from '../sha256.js'
import { type GoOptions, runGo } from './go.js'
import { readGoMod } from './go-mod.js'

// Dapr's own releases have all components, too, and git does not look into a checkout of another user.
const flags = ['-tags', 'allcomponents', '-trimpath', '-buildvcs=false']
const linkerFlags = '-s -w'
// What else decides how go builds, from the environment or from `go env -w`.
const variables = ['GOFLAGS', 'GOEXPERIMENT', 'GOFIPS140', 'GOAMD64', 'GOARM64', 'GOARM']

/** Where a build takes its dependencies from. */
export interface Dependencies {
  /** For go's -mod; without it go decides, by GOFLAGS and by what lies in the folder. */
  mod?: 'readonly' | 'vendor'
  /** Whether the go.work holds that go finds, or that GOWORK names. */
  ownWorkspace: boolean
}

/** As go.mod says, whatever GOFLAGS, a vendor folder or a go.work say. */
const ofGoMod: Dependencies = { mod: 'readonly', ownWorkspace: false }

interface GoBuild {
  program: DaprProgram
  output: string
  /** GOTMPDIR: go's temporary files. */
  workFolder: string
  /** The folder of their own go.mod: its name, replace lines and sums hold. */
  folder: string
  /** The version that the program reports. */
  version: string
  target: Target
  /** By default only go.mod decides. */
  dependencies?: Dependencies
  env: NodeJS.ProcessEnv
  signal?: AbortSignal | undefined
}

/**
 * Builds one of Dapr's programs with the components and flags of Dapr's own releases.
 *
 * @throws DaprPerfError with the last lines that go prints, a MachineError where they name the machine as the cause
 */
export async function goBuild(build: GoBuild): Promise<void> {
  const { program, output, workFolder, folder, version, target, env, signal, dependencies = ofGoMod } = build
  const { ownWorkspace } = dependencies
  const { path } = await readGoMod({ cwd: folder, env, signal })
  const args = [
    ...['build', ...flags, ...modFlags(dependencies)],
    ...['-ldflags', `${linkerFlags} ${versionFlags(path, version)}`, '-o', output, packageOf(program)],
  ]
  const buildEnv = { GOTMPDIR: workFolder, ...goEnv(env, target) }
  await runGo(args, { cwd: folder, env: buildEnv, signal, ownWorkspace })
}

/**
 * What go would build a program from.
 *
 * @param format a template of `go list` for each package
 * @returns what go prints
 * @throws DaprPerfError with the last lines that go prints, a MachineError where they name the machine as the cause
 */
export async function listPackages(
  format: string,
  build: Omit<GoBuild, 'output' | 'workFolder' | 'version'>,
) {
  const { program, folder, target, env, signal, dependencies = ofGoMod } = build
  const { ownWorkspace } = dependencies
  const args = ['list', '-deps', ...flags, ...modFlags(dependencies), '-f', format, packageOf(program)]
  return runGo(args, { cwd: folder, env: goEnv(env, target), signal, ownWorkspace })
}

// A path, not the package's name: a workspace without this module may have another version of it.
const packageOf = (program: DaprProgram) => `./cmd/${program}`

const modFlags = ({ mod }: Dependencies) => (mod ? [`-mod=${mod}`] : [])

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
export async function buildSettings(target: Target, options: GoOptions): Promise<BuildSettings> {
  const args = ['env', '-json', 'GOVERSION', ...variables]
  const printed = await runGo(args, { ...options, env: goEnv(options.env, target) })
  const { GOVERSION: goVersion } = JSON.parse(printed)
  const name = `${goVersion.replaceAll(/[^\w.]+/g, '_')}-${shortHash(`${[...flags, ...modFlags(ofGoMod)]} ${linkerFlags} ${printed}`, 8)}`
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

function versionFlags(module: string, version: string): string {
  return `-X ${module}/pkg/buildinfo.version=${version} -X github.com/dapr/kit/logger.DaprVersion=${version}`
}
