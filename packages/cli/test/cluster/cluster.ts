import { execa } from 'execa'
import { onTestFinished } from 'vitest'
import { Cli } from '../cli.js'

/** The registry inside the test cluster's network. */
export const registry = 'localhost:5000'

/** Runs the command, and fails unless it ends with the exit code. @returns what it says */
export async function daprPerf(args: string[], env: NodeJS.ProcessEnv = {}, exitCode = 0): Promise<string> {
  const cli = new Cli(args, undefined, { env })
  const code = await cli.ended
  if (code !== exitCode) throw new Error(`dapr-perf ${args.join(' ')} ended with ${code}:\n${cli.stderr}`)
  return cli.stderr + cli.stdout
}

/** What a program prints. @throws where it fails */
export async function run(file: string, args: string[], input = ''): Promise<string> {
  return (await execa(file, args, { input })).stdout
}

export const kubectl = (...args: string[]) => run('kubectl', args)

/** A name of one test's own. */
export const uniqueName = (prefix: string) => `${prefix}-${Math.random().toString(36).slice(2, 8)}`

/** A namespace of one test's own, which is gone after it. */
export function temporaryNamespace(prefix: string): string {
  const name = uniqueName(prefix)
  onTestFinished(async () => {
    await kubectl('delete', 'namespace', name, '--ignore-not-found')
  }, 120_000)
  return name
}

/** What comes and goes by itself. */
const passing = /^(events|leases|endpoints|endpointslices)\b|\.metrics\.k8s\.io$/

/** The names of all objects that the cluster has. */
export async function allObjects(): Promise<string[]> {
  const kinds = (await kubectl('api-resources', '--verbs=list', '--output=name')).split('\n')
  const wanted = kinds.filter((kind) => !passing.test(kind)).join(',')
  try {
    const names = await kubectl('get', wanted, '--all-namespaces', '--ignore-not-found', '--output=name')
    return names.split('\n').sort()
  } catch (error) {
    // A kind whose definition has just gone is listed a moment longer.
    if (String(error).includes("the server doesn't have a resource type")) return allObjects()
    throw error
  }
}
