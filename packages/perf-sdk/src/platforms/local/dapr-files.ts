import { join } from 'node:path'
import { stringify } from 'yaml'
import { writeResultsFile } from '../../results/files.js'
import type { Component } from '../descriptions.js'

/** The files that the sidecars of a run read, in its folder. */
export interface DaprFiles {
  configuration: string
  components: string
}

/** What decides the figures of a sidecar here. There is no sentry on one machine, hence no mTLS. */
export const daprSettings = {
  mtls: false,
  apiLogging: false,
  metrics: true,
  tracing: false,
  nameResolution: 'sqlite',
}

/**
 * Writes Dapr's configuration. Sidecars find one another through a SQLite file: unlike mDNS, Dapr's default on one
 * machine, it needs no multicast and no other listener than those on loopback.
 */
export async function writeConfiguration(file: string, nameResolutionFile: string): Promise<void> {
  const configuration = {
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Configuration',
    metadata: { name: 'dapr-perf' },
    spec: {
      mtls: { enabled: daprSettings.mtls },
      tracing: { samplingRate: '0' },
      metrics: { enabled: daprSettings.metrics },
      nameResolution: {
        component: daprSettings.nameResolution,
        version: 'v1',
        configuration: { connectionString: nameResolutionFile },
      },
    },
  }
  await writeResultsFile(file, stringify(configuration))
}

export async function writeComponent(folder: string, component: Component): Promise<void> {
  const { name, typeName, version, metadata, scopes } = component
  const resource = {
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Component',
    metadata: { name },
    spec: {
      type: typeName,
      version,
      metadata: Object.entries(metadata).map(([key, value]) => ({ name: key, value })),
    },
    ...(scopes.length > 0 && { scopes }),
  }
  await writeResultsFile(join(folder, `${name}.yaml`), stringify(resource))
}
