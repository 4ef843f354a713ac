import { join } from 'node:path'
import { DaprPerfError } from '../../errors.js'
import { ManagedProcess } from '../../process/managed-process.js'
import { reservePort } from '../../process/ports.js'
import { type RunRecord, runVariable } from '../../process/run-record.js'
import { programOf } from '../../workspaces.js'
import type { App } from '../descriptions.js'
import type { DaprFiles } from './dapr-files.js'
import { fortioFolder } from './programs.js'
import { untilHealthy, untilListening } from './ready.js'
import { type SidecarPorts, sidecarArguments } from './sidecar.js'

const readyWithinMs = 30_000

/** What all apps of a run share. */
export interface LocalRun {
  record: RunRecord
  logs: string
  daprd: string
  files: DaprFiles
  testerToken: string
}

/** An app of a run, with its sidecar. */
export interface LocalApp {
  description: App
  port: number
  sidecarPorts?: SidecarPorts
  /** The app itself first, then its sidecar where it has one. */
  processes: [app: ManagedProcess, sidecar?: ManagedProcess]
}

/** Starts an app and its sidecar, without waiting for them. Each process is handed over the moment it exists. */
export async function startApp(
  description: App,
  run: LocalRun,
  onProcess: (process: ManagedProcess) => void,
): Promise<LocalApp> {
  const { appName, appEnv, imageName } = description
  const program = programOf(imageName)
  const port = await reservePort(run.record)
  const sidecarPorts = description.daprEnabled ? await reserveSidecarPorts(run.record) : undefined

  const start = (name: string, file: string, args: string[], env: NodeJS.ProcessEnv, log: string) => {
    const process = ManagedProcess.start({ name, file, args, env, logFile: join(run.logs, log) })
    onProcess(process)
    return process
  }

  const base = { ...process.env, [runVariable]: run.record.runId }
  const app = start(
    appName,
    process.execPath,
    [program],
    {
      ...base,
      PATH: `${fortioFolder()}:${process.env.PATH}`,
      HOST: '127.0.0.1',
      PORT: String(port),
      TMPDIR: run.record.temporaryFolder,
      TESTER_TOKEN: run.testerToken,
      ...(sidecarPorts && {
        DAPR_HTTP_PORT: String(sidecarPorts.http),
        DAPR_GRPC_PORT: String(sidecarPorts.grpc),
      }),
      ...appEnv,
    },
    `${appName}.app.log`,
  )
  if (!sidecarPorts) return { description, port, processes: [app] }

  const sidecar = start(
    `${appName}'s sidecar (daprd)`,
    run.daprd,
    sidecarArguments(description, port, sidecarPorts, run.files),
    { ...base, DAPR_HOST_IP: '127.0.0.1' },
    `${appName}.daprd.log`,
  )
  return { description, port, sidecarPorts, processes: [app, sidecar] }
}

/**
 * Waits until an app listens and its sidecar is healthy.
 *
 * @throws DaprPerfError with the last lines of their logs where they are not after 30 s
 */
export async function untilReady(app: LocalApp, signal: AbortSignal): Promise<void> {
  const { port, sidecarPorts } = app
  const timeout = AbortSignal.timeout(readyWithinMs)
  const either = AbortSignal.any([signal, timeout])
  try {
    await untilListening(port, either)
    if (sidecarPorts) await untilHealthy(`http://127.0.0.1:${sidecarPorts.http}/v1.0/healthz`, either)
  } catch (error) {
    signal.throwIfAborted()
    const { appName } = app.description
    throw new DaprPerfError(`${appName} is not ready after ${readyWithinMs / 1000} s.\n${lastLinesOf(app)}`, {
      cause: error,
    })
  }
}

export const lastLinesOf = (app: LocalApp) => app.processes.map((process) => process?.lastLines()).join('\n')

async function reserveSidecarPorts(record: RunRecord): Promise<SidecarPorts> {
  return {
    http: await reservePort(record),
    grpc: await reservePort(record),
    internalGrpc: await reservePort(record),
    metrics: await reservePort(record),
  }
}
