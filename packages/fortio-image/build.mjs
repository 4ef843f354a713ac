// Builds static binaries of fortio with the Dapr extension and of unmodified fortio: for this machine into bin, and, if
// TARGET_OS and TARGET_ARCH say another one, for that into bin/OS-ARCH.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

const goNames = { x64: 'amd64', arm64: 'arm64', linux: 'linux', darwin: 'darwin' }
const host = { os: goNames[process.platform], arch: goNames[process.arch] }
const target = {
  os: oneOf('TARGET_OS', ['linux', 'darwin'], host.os),
  arch: oneOf('TARGET_ARCH', ['amd64', 'arm64'], host.arch),
}

process.chdir(import.meta.dirname)
const version = /fortio\.org\/fortio v(\S+)/.exec(readFileSync('go.mod', 'utf8'))[1]
// Whatever the user's GOFLAGS say, and whoever owns the checkout, which git does not look into as another user.
const asWritten = ['-mod=readonly', '-buildvcs=false']
buildAll(host, 'bin')
if (target.os !== host.os || target.arch !== host.arch)
  buildAll(target, join('bin', `${target.os}-${target.arch}`))

function buildAll(platform, folder) {
  build('fortio.org/fortio', join(folder, 'fortio-original'), platform)
  build('.', join(folder, 'fortio'), platform)
  console.log(`fortio ${version} for ${platform.os}/${platform.arch}: ${join(process.cwd(), folder)}`)
}

function build(what, file, { os, arch }) {
  const unfinished = `${file}.${process.pid}`
  mkdirSync(dirname(file), { recursive: true })
  const flags = [
    ...asWritten,
    '-trimpath',
    '-ldflags',
    `-s -w -X fortio.org/fortio/version.version=${version}`,
  ]
  try {
    execFileSync('go', ['build', ...flags, '-o', unfinished, what], {
      stdio: 'inherit',
      env: {
        ...process.env,
        GO111MODULE: 'on',
        GOWORK: 'off',
        CGO_ENABLED: '0',
        GOOS: os,
        GOARCH: arch,
      },
    })
    renameSync(unfinished, file)
  } catch (error) {
    rmSync(unfinished, { force: true })
    fail(
      error.code === 'ENOENT'
        ? `go is not on the PATH: install Go (https://go.dev/dl)`
        : 'go build failed, see above',
    )
  }
}

function oneOf(variable, known, byDefault) {
  const value = process.env[variable] || byDefault
  if (known.includes(value)) return value
  return fail(`${variable}=${value}: expected one of ${known.join(', ')}`)
}

function fail(message) {
  console.error(`fortio-image: ${message}`)
  process.exit(1)
}
