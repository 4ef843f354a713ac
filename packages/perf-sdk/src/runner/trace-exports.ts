import { createReadStream, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { App } from '../description/app.js'
import type { Configuration } from '../description/configuration.js'
import { type TraceExporter, traceExportersOf } from '../description/trace-exporters.js'
import { maskSecrets } from '../platforms/mask-secrets.js'
import { whyNotConnectable } from '../process/connectable.js'

/** Where the sidecars of some apps export traces, each endpoint once. @param env variables besides those of the apps */
export function exportersOf(
  apps: App[],
  configuration: Configuration,
  env: Record<string, string> = {},
): TraceExporter[] {
  const all = apps
    .filter(({ daprEnabled }) => daprEnabled)
    .flatMap(({ daprEnv }) => traceExportersOf(configuration, { ...daprEnv, ...env }))
  return all.filter(({ endpoint }, index) => all.findIndex((one) => one.endpoint === endpoint) === index)
}

/** What is to be said of exporters that can't be reached from this machine, where the sidecars run. */
export async function unreachable(exporters: TraceExporter[]): Promise<string[]> {
  const reasons = await Promise.all(exporters.map(({ host, port }) => whyNotConnectable(host, port)))
  return exporters.flatMap(({ endpoint }, index) => {
    const reason = reasons[index]
    return reason === undefined
      ? []
      : [
          `traces are to be exported to ${maskSecrets(endpoint)}, which can't be reached (${reason}): the exports will fail, ` +
            `and what failing costs is measured in place of what tracing does. Start what takes them, or leave the endpoint out`,
        ]
  })
}

/**
 * What is to be said of exports of traces that failed, by the logs of sidecars; nothing if none did. OpenTelemetry's errors
 * are logged as Go's log package does, not as Dapr.
 *
 * @param folder of the logs, whose files end in .daprd.log
 */
export async function failedExports(folder: string): Promise<string | undefined> {
  if (!existsSync(folder)) return undefined
  let count = 0
  let first: string | undefined
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.daprd.log'))) {
    for await (const line of createInterface({ input: createReadStream(join(folder, name)) })) {
      const [, message] = errorOfExport.exec(line) ?? []
      if (message === undefined) continue
      first ??= message
      count++
    }
  }
  if (first === undefined) return undefined
  return (
    `sidecars failed to export traces (${count} ${count === 1 ? 'time' : 'times'}, at first: ${maskSecrets(first)}): ` +
    'what failing costs was measured in place of what tracing does'
  )
}

const errorOfExport =
  /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (request to \S+ failed: .*|failed to send spans .*|failed to (?:serialize|create request|read response body).*|traces export: .*)$/
