import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { stringify } from 'yaml'
import { type Component, componentSpec } from '../../description/component.js'
import type { Configuration } from '../../description/configuration.js'
import type { DaprResource } from '../../description/dapr-resource.js'
import type { Deployment } from '../platform.js'

/** The files of sidecars that belong together: their settings, and the name registry through which they find each other. */
export interface SidecarFiles {
  configuration: string
  /** Folder of them, and of what else Dapr reads from its resources path. */
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
  {
    components,
    resources = [],
    configuration,
  }: Pick<Deployment, 'components' | 'resources' | 'configuration'>,
): Promise<SidecarFiles> {
  const files = {
    configuration: join(folder, 'configuration.yaml'),
    components: join(folder, 'components'),
    nameResolution: join(folder, 'names.db'),
  }
  await mkdir(files.components, { recursive: true })
  await writeConfiguration(files, configuration)
  const given = [...components.flatMap(({ resource }) => resource ?? []), ...resources]
  await Promise.all([
    ...components.filter(({ resource }) => !resource).map((component) => writeComponent(files, component)),
    ...given.map((resource, index) => writeAsGiven(files, resource, index)),
  ])
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

/** In a file of its own, since of a file with several documents daprd reads a Resiliency only if it is the first. */
const writeAsGiven = (files: SidecarFiles, { yaml }: DaprResource, index: number) =>
  writeFile(join(files.components, `given.${String(index).padStart(4, '0')}.yaml`), yaml)

/** daprd reads YAML 1.1, in which yes, no, on, off, 0b11 and 1_000 are no strings unless they are quoted. */
const yamlOf = (resource: object) => stringify(resource, { compat: 'yaml-1.1' })
