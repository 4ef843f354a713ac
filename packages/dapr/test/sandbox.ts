import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { execa } from 'execa'
import { expect, onTestFinished } from 'vitest'
import { machine } from '../src/machine.js'
import type { LocateDaprdOptions } from '../src/options.js'

/** An address where nothing listens. */
export const nowhere = 'http://127.0.0.1:1'

/** The version of Go that `fakeGo` has. */
export const goVersion = 'go1.26.8'

/** In a script of `fakeGo`: makes a daprd that answers with the version that go was told. */
export const makeDaprd = 'printf \'#!/bin/sh\\necho %s\\n\' "$version" > "$output"; chmod +x "$output"'

/** The name in the cache of a daprd that was downloaded. */
export const releasedName = `daprd-1.18.1-release-${machine.os}-${machine.arch}`

/** The name in the cache of a daprd that `fakeGo` has built from a version or a commit. */
export const builtName = (sources = '1.18.1') =>
  expect.stringMatching(
    new RegExp(`^daprd-${sources}-${goVersion}-[0-9a-f]{8}-${machine.os}-${machine.arch}$`),
  )

/** A home, a cache, a PATH and a Go module of a test's own. */
export async function sandbox() {
  const root = await mkdtemp(join(tmpdir(), 'locate-daprd-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))

  const bin = join(root, 'bin')
  const goModule = join(root, 'module')
  const cacheFolder = join(root, 'cache')
  const calls = join(root, 'calls')
  const lines: string[] = []
  await mkdir(bin)
  await mkdir(goModule)
  await writeFile(join(goModule, 'go.mod'), 'require (\n\tgithub.com/dapr/dapr v1.18.1 // indirect\n)\n')

  const options = {
    version: '1.18.1',
    env: { PATH: bin } as NodeJS.ProcessEnv,
    home: join(root, 'home'),
    cacheFolder,
    releaseUrl: nowhere,
    goModule,
    report: (line) => lines.push(line),
  } satisfies Partial<LocateDaprdOptions>

  return {
    root,
    options,
    /** The lines that were reported. */
    lines,
    installed: join(options.home, '.dapr', 'bin', 'daprd'),
    /** What the cache holds. */
    cached: () => readdir(cacheFolder).catch(() => []),
    /**
     * Puts a shell script in the place of go, and the system's programs beside it. It has the modules of all versions
     * but 9.9.9, in the folder that `moduleFolder` tells.
     *
     * @param build what `go build` does, with the variables output and version
     */
    fakeGo: async (...build: string[]) => {
      await writeScript(join(bin, 'go'), ...fakeGo(root, calls), ...build)
      options.env.PATH = [bin, '/usr/bin', '/bin'].join(delimiter)
    },
    /** Where fakeGo has the sources of a version. */
    moduleFolder: (version = '1.18.1') => join(root, 'modules', version),
    /** The folders in which fakeGo has built something, in order. */
    builds: async () => (await readFile(calls, 'utf8').catch(() => '')).split('\n').filter(Boolean),
    /** A named pipe, whose end is read when all who write to it have ended. */
    pipe: async () => {
      const path = join(root, 'pipe')
      await execa('mkfifo', [path])
      return path
    },
  }
}

const fakeGo = (root: string, calls: string) => [
  'case "$1" in',
  'mod)',
  `  if [ "$2" = edit ]; then exec env PATH='${process.env.PATH}' GOTOOLCHAIN=local go "$@"; fi`,
  '  version=$(expr "$4" : ".*@v\\(.*\\)")',
  `  folder=${root}/modules/$version`,
  '  if [ "$version" = 9.9.9 ]; then',
  '    echo \'{"Error": "invalid version: unknown revision v9.9.9"}\'',
  '    exit 1',
  '  fi',
  '  mkdir -p "$folder/cmd/daprd"',
  '  echo "module github.com/dapr/dapr" > "$folder/go.mod"',
  `  echo "{\\"Dir\\": \\"$folder\\", \\"Origin\\": {\\"Hash\\": \\"hash-of-$version\\"}}"`,
  '  exit ;;',
  'env)',
  // A go.mod of a test may ask for another Go.
  `  asked=$(sed -n 's/^go //p' go.mod 2>/dev/null)`,
  `  echo "{\\"GOVERSION\\": \\"\${GOTOOLCHAIN:-go\${asked:-${goVersion.slice(2)}}}\\"}"`,
  '  exit ;;',
  'list)',
  '  printf "github.com/dapr/dapr\\t\\t%s\\n" "$PWD"',
  '  exit ;;',
  'version)',
  // A program of a test may say what it was built with.
  `  echo "$3: $(sed -n 's/^# built with //p' "$3" | grep . || echo ${goVersion})"`,
  '  exit ;;',
  'esac',
  `pwd >> ${calls}`,
  'for argument; do',
  '  case "$before" in -o) output=$argument ;; -ldflags) flags=$argument ;; esac',
  '  before=$argument',
  'done',
  `version=$(echo "$flags" | sed 's/.*buildinfo.version=\\([^ ]*\\).*/\\1/')`,
]

/** A shell script that answers --version as daprd does. */
export async function writeDaprd(path: string, version = '1.18.1'): Promise<void> {
  await writeScript(path, `echo ${version}`)
}

/** An executable shell script. */
export async function writeScript(path: string, ...lines: string[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, ['#!/bin/sh', ...lines, ''].join('\n'))
  await chmod(path, 0o755)
}

/** The error that this promise fails with. */
export async function failure(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => Promise.reject(new Error('it did not fail')),
    (error) => error,
  )
}
