import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { execa } from 'execa'
import { downloadModule } from '../src/build/module.js'
import { daprGoModule, daprVersion } from '../src/pinned.js'

/** A git repository of Dapr's sources that become slow. */
export interface SlowDapr {
  folder: string
  /** The commits' hashes, the oldest first. */
  commits: string[]
  /** The first slow commit: what `git bisect` has to find. */
  slow: string
}

const what = ['go.mod', 'go.sum', 'cmd/daprd', 'pkg', 'utils', 'charts']
const messaging = 'pkg/messaging/direct_messaging.go'
const invoke = /^func \(d \*directMessaging\) Invoke\(.*\{$/m

/**
 * Makes a git repository from what daprd of the pinned version is built from. Each commit changes the file COMMITS; one
 * of them makes each service invocation keep a CPU busy for a while, in the caller's sidecar. daprd compiles alike from
 * all commits before it, and from all that follow.
 *
 * @param folder which is made
 * @param commits how many there are
 * @param slowFrom the number of the first slow one, counted from 1
 * @param burn Go source with a function burn(), which a slow daprd calls for each request; by default it takes 2 ms
 */
export async function slowDapr(
  folder: string,
  { commits = 2, slowFrom = 2, burn = burnFor('2 * time.Millisecond') } = {},
): Promise<SlowDapr> {
  const env = process.env
  const { folder: sources } = await downloadModule(await daprVersion(), daprGoModule(), { env })
  await mkdir(folder, { recursive: true })
  for (const name of what) await copySources(join(sources, name), join(folder, name))

  const git = gitIn(folder)
  await git('init', '--quiet', '--template=', '--initial-branch=main')
  const hashes: string[] = []
  for (let number = 1; number <= commits; number++) {
    await writeFile(join(folder, 'COMMITS'), `${number}\n`)
    if (number === slowFrom) await slowDown(folder, burn)
    await git('add', '--all')
    await git('commit', '--quiet', '--message', `Commit ${number}`)
    hashes.push(await git('rev-parse', 'HEAD'))
  }
  return { folder, commits: hashes, slow: hashes[slowFrom - 1] as string }
}

/** Runs git in a folder, without the hooks, the signatures and the identity that the user has. @returns what it prints */
export function gitIn(folder: string) {
  const config = [
    'core.hooksPath=/dev/null',
    'commit.gpgSign=false',
    'user.name=Test',
    'user.email=test@localhost',
  ]
  const settings = config.flatMap((setting) => ['-c', setting])
  return async (...args: string[]) => (await execa('git', [...settings, ...args], { cwd: folder })).stdout
}

const burnFor = (duration: string) => `package messaging

import "time"

func burn() {
\tfor end := time.Now().Add(${duration}); time.Now().Before(end); {
\t}
}
`

async function slowDown(folder: string, burn: string): Promise<void> {
  const file = join(folder, messaging)
  const source = await readFile(file, 'utf8')
  if (!invoke.test(source)) throw new Error(`${messaging} has no Invoke that could be made slow`)
  await writeFile(file, source.replace(invoke, '$&\n\tburn()\n'))
  await writeFile(join(folder, 'pkg/messaging/burn.go'), burn)
}

/** Copies sources from Go's module cache, whose files can't be written to, without tests. */
async function copySources(from: string, to: string): Promise<void> {
  const isSource = (path: string) => !path.endsWith('_test.go') && basename(path) !== 'testdata'
  await cp(from, to, { recursive: true, filter: isSource })
  await execa('chmod', ['-R', 'u+w', to])
}
