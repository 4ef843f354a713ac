import { join } from 'node:path'
import { DaprPerfError, InputError, withTimeout } from '@dapr-perf/errors'
import { fortioFolder, programOf } from '@dapr-perf/perf-apps'
import { type App, nameInCase } from '../../description/app.js'
import { testerName } from '../../description/apps.js'
import type { Configuration } from '../../description/configuration.js'
import { cleanEnvironment } from '../../process/environment.js'
import { ManagedProcess } from '../../process/managed-process.js'
import type { Ports } from '../../process/ports.js'
import type { RunRecord } from '../../process/run-record.js'
import { apiTokenOf } from '../api-token.js'
import type { RunningApp } from '../platform.js'
import { untilHealthy, untilListening } from './ready.js'
import { type SidecarPorts, sidecarArguments, sidecarEnvironment } from './sidecar.js'
import type { SidecarFiles } from './sidecar-files.js'

const readyWithinMs = 30_000

/** What all apps of a session share. */
export interface LocalRun {
  record: RunRecord
  ports: Ports
  /** Folder. */
  logs: string
  caseFolder: string
  testerToken: string
}

/** What the sidecars of a session, or of a variant, share. */
export interface SidecarSettings {
  /** Path of the program. */
  daprd: string
  files: SidecarFiles
  configuration: Configuration
}

/** An app of a session, with its sidecar. */
export interface LocalApp {
  description: App
  port: number
  sidecarPorts?: SidecarPorts
  /** The app, and its sidecar if it has one. */
  processes: [app: ManagedProcess, sidecar?: ManagedProcess]
}

/** Called with each process as soon as it exists. */
export type OnProcess = (process: ManagedProcess) => void

/**
 * Starts an app and its sidecar, without waiting for them.
 *
 * @throws InputError if it can't run on the local platform
 */
export async function startApp(
  description: App,
  run: LocalRun,
  settings: SidecarSettings,
  onProcess: OnProcess,
): Promise<LocalApp> {
  const sidecarPorts = description.daprEnabled ? await reserveSidecarPorts(run.ports) : undefined
  const app = await startProgram(description, run, sidecarPorts, onProcess)
  return sidecarPorts ? startSidecar(app, sidecarPorts, settings, run, onProcess) : app
}

/**
 * Starts an app without a sidecar, without waiting for it.
 *
 * @param sidecarPorts those that its sidecar will have; an app that is shared by several sidecars is not told them
 * @throws InputError if it can't run on the local platform
 */
export async function startProgram(
  description: App,
  run: LocalRun,
  sidecarPorts: SidecarPorts | undefined,
  onProcess: OnProcess,
): Promise<LocalApp> {
  const { appName } = description
  const port = await run.ports.reserve()
  const app = ManagedProcess.start({
    name: appName,
    ...commandOf(description),
    env: appEnvironment(description, run, port, sidecarPorts),
    cwd: run.caseFolder,
    logFile: join(run.logs, `${appName}.app.log`),
  })
  onProcess(app)
  return { description, port, processes: [app] }
}

/** Starts a sidecar for an app, without waiting for it. @returns the app with this sidecar */
export function startSidecar(
  { description, port, processes: [app] }: LocalApp,
  sidecarPorts: SidecarPorts,
  { daprd, files, configuration }: SidecarSettings,
  { record, logs, caseFolder }: LocalRun,
  onProcess: OnProcess,
): LocalApp {
  const { appName } = description
  const sidecar = ManagedProcess.start({
    name: `${appName}'s sidecar (daprd)`,
    file: daprd,
    args: sidecarArguments(description, port, sidecarPorts, files, configuration),
    env: sidecarEnvironment(description, record.runId),
    cwd: caseFolder, // of the relative paths in components
    logFile: join(logs, `${appName}.daprd.log`),
  })
  onProcess(sidecar)
  return { description, port, sidecarPorts, processes: [app, sidecar] }
}

/** An app's environment: clean, with what it needs to run here, and the variables that the case gives it. */
function appEnvironment(
  { appName, appEnv }: App,
  { record, testerToken }: LocalRun,
  port: number,
  sidecarPorts: SidecarPorts | undefined,
): Record<string, string> {
  const clean = cleanEnvironment(record.runId)
  return {
    ...clean,
    HOST: '127.0.0.1',
    PORT: String(port),
    TMPDIR: record.temporaryFolder,
    ...(appName === testerName && {
      PATH: `${fortioFolder()}:${clean.PATH}`,
      TESTER_TOKEN: testerToken,
    }),
    ...(sidecarPorts && {
      DAPR_HTTP_PORT: String(sidecarPorts.http),
      DAPR_GRPC_PORT: String(sidecarPorts.grpc),
    }),
    ...Object.fromEntries(Object.entries(appEnv).map(([name, value]) => [name, nameInCase(value)])),
  }
}

export function commandOf({ appName, imageName, command, image }: App): { file: string; args: string[] } {
  if (imageName) return { file: process.execPath, args: [programOf(imageName)] }
  const [file, ...args] = command ?? []
  if (file) return { file, args }
  throw new InputError(
    `${appName}: on the local platform an app needs a command, and this one has only the image ${image}`,
  )
}

/**
 * Waits until an app listens and its sidecar is healthy.
 *
 * @param onListening called when the app listens, and its sidecar is waited for
 * @throws DaprPerfError with the last lines of their logs after 30 s
 */
export async function untilReady(app: LocalApp, signal: AbortSignal, onListening: () => void): Promise<void> {
  const { description, port, sidecarPorts } = app
  const { appName } = description
  try {
    await withTimeout(readyWithinMs, signal, async (stop) => {
      await untilListening(port, stop)
      if (!sidecarPorts) return
      onListening()
      await untilHealthy(`http://127.0.0.1:${sidecarPorts.http}/v1.0/healthz`, stop)
    })
  } catch (error) {
    signal.throwIfAborted()
    const reason = (error as Error).message
    throw new DaprPerfError(
      `${appName} is not ready after ${readyWithinMs / 1000} s: ${reason}\n${lastLinesOf(app)}`,
      { cause: error },
    )
  }
}

const lastLinesOf = (app: LocalApp) => app.processes.map((process) => process?.lastLines()).join('\n')

/** An app that is ready, as the runner sees it. */
export function runningApp(app: LocalApp): RunningApp {
  const { description, port, sidecarPorts } = app
  const { appName, ingressEnabled } = description
  const url = `http://127.0.0.1:${port}`
  return {
    name: appName,
    appId: appName,
    url,
    ...(sidecarPorts && {
      sidecar: {
        http: `http://127.0.0.1:${sidecarPorts.http}`,
        grpc: `http://127.0.0.1:${sidecarPorts.grpc}`,
        apiToken: apiTokenOf(description),
        acquireExternalURL: async (which) => `http://127.0.0.1:${sidecarPorts[which]}`,
      },
    }),
    async acquireExternalURL() {
      if (!ingressEnabled)
        throw new InputError(`${appName} can't be reached from outside: set ingressEnabled`)
      return url
    },
    lastLines: async () => lastLinesOf(app),
  }
}

export async function reserveSidecarPorts(ports: Ports): Promise<SidecarPorts> {
  return {
    http: await ports.reserve(),
    grpc: await ports.reserve(),
    internalGrpc: await ports.reserve(),
    metrics: await ports.reserve(),
  }
}
