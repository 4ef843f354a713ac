import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { execa } from 'execa'
import { onTestFinished } from 'vitest'
import type { LocateDaprdOptions } from '../src/locate/options.js'

/** An address where nothing listens. */
export const nowhere = 'http://127.0.0.1:1'

/** A home, a cache, a PATH and a Go module of a test's own. */
export async function sandbox() {
  const root = await mkdtemp(join(tmpdir(), 'locate-daprd-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))

  const bin = join(root, 'bin')
  const goModule = join(root, 'module')
  const cacheFolder = join(root, 'cache')
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
    /** Puts a shell script in the place of go, and the system's programs beside it. */
    fakeGo: async (...script: string[]) => {
      await writeScript(join(bin, 'go'), ...script)
      options.env.PATH = [bin, '/usr/bin', '/bin'].join(delimiter)
    },
    /** A named pipe, whose end is read when all who write to it have ended. */
    pipe: async () => {
      const path = join(root, 'pipe')
      await execa('mkfifo', [path])
      return path
    },
  }
}

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
