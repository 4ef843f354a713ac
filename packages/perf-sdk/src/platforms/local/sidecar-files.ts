import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { type Component, componentSpec } from '../../case/component.js'
import type { Configuration } from '../../case/configuration.js'

/** The files of a session's sidecars: their settings, and the name registry through which they find each other. */
export interface SidecarFiles {
  configuration: string
  /** Folder. */
  components: string
  nameResolution: string
}

/** @param folder one that only this user may read: components may have secrets */
export async function makeSidecarFiles(folder: string): Promise<SidecarFiles> {
  const components = join(folder, 'components')
  await mkdir(components, { recursive: true })
  return {
    configuration: join(folder, 'configuration.yaml'),
    components,
    nameResolution: join(folder, 'names.db'),
  }
}

/** The local platform has no sentry, hence no mTLS. */
export const localSettings = { mtls: false, nameResolution: 'sqlite' }

/**
 * Sidecars find each other through a SQLite file: unlike mDNS, Dapr's default outside Kubernetes, it needs no multicast
 * and no listener beyond loopback. Names don't expire: by default they do if a busy sidecar renews its own a second late,
 * and the clean-up, once an hour, deletes the names that are in use.
 */
const nameRegistry = (file: string) => ({
  connectionString: file,
  updateInterval: '8760h',
  cleanupInterval: '0s',
})

/** Writes Dapr's Configuration. */
export async function writeConfiguration(files: SidecarFiles, spec: Configuration): Promise<void> {
  const configuration = {
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Configuration',
    metadata: { name: 'dapr-perf' },
    spec: {
      ...spec,
      mtls: { enabled: localSettings.mtls },
      nameResolution: {
        component: localSettings.nameResolution,
        version: 'v1',
        configuration: nameRegistry(files.nameResolution),
      },
    },
  }
  await writeFile(files.configuration, stringify(configuration))
}

export async function writeComponent(files: SidecarFiles, component: Component): Promise<void> {
  const { name, scopes } = component
  const resource = {
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Component',
    metadata: { name },
    spec: componentSpec(component),
    ...(scopes.length > 0 && { scopes }),
  }
  await writeFile(join(files.components, `${name}.yaml`), stringify(resource))
}
