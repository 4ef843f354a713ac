import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { stringify } from 'yaml'
import { type Component, componentSpec } from '../../description/component.js'
import type { Configuration } from '../../description/configuration.js'
import type { Deployment } from '../platform.js'

/** The files of sidecars that belong together: their settings, and the name registry through which they find each other. */
export interface SidecarFiles {
  configuration: string
  /** Folder. */
  components: string
  nameResolution: string
}

/**
 * Writes the files of sidecars.
 *
 * @param folder one that only this user may read: components may have secrets
 */
export async function writeSidecarFiles(
  folder: string,
  { components, configuration }: Pick<Deployment, 'components' | 'configuration'>,
): Promise<SidecarFiles> {
  const files = {
    configuration: join(folder, 'configuration.yaml'),
    components: join(folder, 'components'),
    nameResolution: join(folder, 'names.db'),
  }
  await mkdir(files.components, { recursive: true })
  await writeConfiguration(files, configuration)
  await Promise.all(components.map((component) => writeComponent(files, component)))
  return files
}

/** The local platform has no sentry, hence no mTLS. */
export const localSettings = { mtls: false, nameResolution: 'sqlite' }

/**
 * Sidecars find each other through a SQLite file: unlike mDNS, Dapr's default outside Kubernetes, it needs no multicast
 * and no listener beyond loopback. Names don't expire: by default they do if a busy sidecar renews its own a second late,
 * and the clean-up, once an hour, deletes the names that are in use.
 *
 * Without a write-ahead log: sidecars that start at the same moment would each turn it on in the new file, and SQLite lets
 * one of them fail at once (SQLITE_BUSY), whatever the timeout. daprd then runs without a name that others could find.
 *
 * To SQLite a name is a URI, in which ?, # and % mean something.
 */
const nameRegistry = (file: string) => ({
  connectionString: pathToFileURL(file).href,
  updateInterval: '8760h',
  cleanupInterval: '0s',
  disableWAL: 'true',
})

async function writeConfiguration(files: SidecarFiles, spec: Configuration): Promise<void> {
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
  await writeFile(files.configuration, yamlOf(configuration))
}

async function writeComponent(files: SidecarFiles, component: Component): Promise<void> {
  const { name, scopes } = component
  const resource = {
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Component',
    metadata: { name },
    spec: componentSpec(component),
    ...(scopes.length > 0 && { scopes }),
  }
  await writeFile(join(files.components, `${name}.yaml`), yamlOf(resource))
}

/** daprd reads YAML 1.1, in which yes, no, on, off, 0b11 and 1_000 are no strings unless they are quoted. */
const yamlOf = (resource: object) => stringify(resource, { compat: 'yaml-1.1' })
