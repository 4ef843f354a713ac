import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { execa } from 'execa'
import { expect } from 'vitest'
import { Cli, copiedCase, program, root, temporaryFolder } from '../cli.js'
import { kubectl, registry, uniqueName } from './cluster.js'
import { daprNamespace } from './installed-dapr.js'

/** Where the test cluster keeps the pids and logs of its programs. */
const clusterFolder = '/run/dapr-perf-cluster'

export const namespace = uniqueName('perf')
export const environment = {
  DAPR_PERF_PLATFORM: 'kubernetes',
  DAPR_REGISTRY: registry,
  DAPR_NAMESPACE: namespace,
  DAPR_TEST_REGISTRY: registry,
  DAPR_TEST_NAMESPACE: namespace,
  // With those of the cases, runs of four files at a time do not fit on a node of two cores.
  DAPR_APP_CPU_REQUEST: '10m',
  DAPR_SIDECAR_CPU_REQUEST: '10m',
}

/** Runs a command that prepares or removes what all tests of a file share. */
const task = (name: string, ...args: string[]) =>
  execa(process.execPath, [program, name, ...args], { cwd: root, env: environment })

/** A namespace of the file's own, beside the Dapr that is there. */
export async function prepareCluster(): Promise<void> {
  environment.DAPR_NAMESPACE = (await daprNamespace()) ?? namespace
  await task('create-test-namespace')
}

export async function restoreCluster(): Promise<void> {
  await task('delete-test-namespace')
}

const load = ['--qps', '50', '--connections', '2', '--payload-size', '16']

interface RunOptions {
  name?: string
  cwd?: string
  duration?: string
  env?: NodeJS.ProcessEnv
  out?: string
}

/** A run of a case with a small load. */
export function startRun(options: RunOptions = {}): Cli {
  const {
    name = 'service_invocation_http',
    cwd,
    duration = '2s',
    env = {},
    out = temporaryFolder(),
  } = options
  const args = ['run', name, ...load, '--duration', duration, '--out', out]
  return new Cli(args, undefined, { ...(cwd && { cwd }), env: { ...environment, ...env } })
}

/** A run of a case that is service_invocation_http but for one place of its text. */
export const startEdited = (name: string, from: string, to: string, options: RunOptions = {}) =>
  startRun({ ...options, name, cwd: copiedCase(name, (text) => text.replace(from, to)) })

/** What runs have in the namespace, as `KIND/NAME`; all of it, or that of one run. */
export async function objectsOfRuns(runId?: string): Promise<string[]> {
  const kinds =
    'leases,deployments,replicasets,pods,services,secrets,configurations.dapr.io,components.dapr.io,resiliencies.dapr.io,subscriptions.dapr.io'
  const label = runId ? `dapr-perf/run=${runId}` : 'dapr-perf/run'
  const names = await kubectl('get', kinds, '-n', namespace, '-l', label, '-o', 'name')
  return names.split('\n').filter(Boolean)
}

/**
 * Nothing is left of a run that ended while its pods were being created. The last of them may appear after the end, when
 * its ReplicaSet is gone: Kubernetes itself removes it then.
 */
export async function podsBeingCreatedGone(): Promise<void> {
  await expect.poll(() => objectsOfRuns(), { timeout: 10_000 }).toEqual([])
}

/** Names of the pods of an app that runs now. */
export async function podsOf(appName: string): Promise<string[]> {
  const names = await kubectl('get', 'pods', '-n', namespace, '-l', `dapr-perf/app=${appName}`, '-o', 'name')
  return names.split('\n').filter(Boolean)
}

const pidFile = `${clusterFolder}/kube-apiserver.pid`
const apiServer = () => Number(readFileSync(pidFile, 'utf8'))

/** Lets the API server stand still: connections stay, and nobody answers. */
export async function freezeApiServer(ms: number): Promise<void> {
  process.kill(apiServer(), 'SIGSTOP')
  try {
    await pause(ms)
  } finally {
    process.kill(apiServer(), 'SIGCONT')
  }
}

/** Ends the API server, and starts it again as it was after a while: every connection breaks. */
export async function restartApiServer(ms: number): Promise<void> {
  const pid = apiServer()
  const [file, ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1) as [string]
  process.kill(pid, 'SIGKILL')
  await pause(ms)
  const log = openSync(`${clusterFolder}/kube-apiserver.log`, 'a')
  const child = spawn(file, args, { detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  writeFileSync(pidFile, String(child.pid))
  child.unref()
}

export async function untilApiServerReady(): Promise<void> {
  while (!(await kubectl('get', '--raw', '/readyz').catch(() => false))) await pause(200)
}
