import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DaprPerfError } from '@dapr-perf/errors'
import {
  type Cluster,
  hasLabel,
  ignoreNotFound,
  isMissingNamespace,
  isNotFound,
  managedBy,
} from '@dapr-perf/kubernetes'
import { type KubernetesObject, PatchStrategy } from '@kubernetes/client-node'
import { parseAllDocuments } from 'yaml'
import { packageFolder } from './package-folder.js'

export type Manifest = 'app-configurations' | 'kafka' | 'mongodb' | 'redis'

/** The objects of one of the files in manifests/. */
export async function readManifest(name: Manifest): Promise<KubernetesObject[]> {
  const file = join(packageFolder, 'manifests', `${name}.yaml`)
  return parseAllDocuments(await readFile(file, 'utf8')).map((document) => document.toJS())
}

export interface ApplyOptions {
  namespace: string
  /** Only validate the objects on the API server. By default false. */
  dryRun?: boolean
}

/**
 * Creates or updates objects in a namespace by server-side apply. They get the label `managedBy`.
 *
 * @returns a line for each
 * @throws DaprPerfError where one exists that dapr-perf has not created, or Dapr's custom resource definitions are not
 * installed
 */
export async function apply(
  cluster: Cluster,
  objects: KubernetesObject[],
  { namespace, dryRun = false }: ApplyOptions,
): Promise<string[]> {
  const labelled = objects.map((object) => ({
    ...object,
    metadata: { ...object.metadata, namespace, labels: { ...object.metadata?.labels, ...managedBy } },
  }))
  const foreign = (await Promise.all(labelled.map((object) => foreignObject(cluster, object)))).filter(
    Boolean,
  )
  if (foreign.length > 0) {
    throw new DaprPerfError(
      `in namespace ${namespace} there are objects that dapr-perf did not create, and nothing is changed: ` +
        `${foreign.join(', ')}. Delete them, or set DAPR_TEST_NAMESPACE to another namespace`,
    )
  }
  const lines: string[] = []
  for (const object of labelled) {
    await patch(cluster, object, dryRun)
    const { kind, metadata } = object
    lines.push(`${kind} ${metadata.name} in namespace ${namespace}: ${dryRun ? 'valid' : 'applied'}`)
  }
  return lines
}

/** The kind and name of the object where it exists, and was created by somebody else. */
async function foreignObject(cluster: Cluster, object: KubernetesObject): Promise<string | undefined> {
  const { apiVersion = '', kind = '', metadata } = object
  const header = { apiVersion, kind, metadata: metadata as { name: string; namespace: string } }
  const found = await ignoreNotFound(cluster.objects.read<KubernetesObject>(header))
  return found && !hasLabel(found, managedBy) ? `${kind} ${metadata?.name}` : undefined
}

/** Changes the given fields of an existing object. */
export async function mergePatch(cluster: Cluster, object: KubernetesObject): Promise<void> {
  const defaults = [undefined, undefined, undefined, undefined] as const
  await cluster.objects.patch(object, ...defaults, PatchStrategy.MergePatch)
}

async function patch(cluster: Cluster, object: KubernetesObject, dryRun: boolean): Promise<void> {
  try {
    const toServer = [
      undefined,
      dryRun ? 'All' : undefined,
      'dapr-perf',
      true,
      PatchStrategy.ServerSideApply,
    ] as const
    await cluster.objects.patch(object, ...toServer)
  } catch (error) {
    const isKindMissing = isNotFound(error) && !isMissingNamespace(error)
    if (!isKindMissing || !object.apiVersion?.startsWith('dapr.io/')) throw error
    throw new DaprPerfError(
      `the cluster has no resource type ${object.kind}: install Dapr with npx turbo docker-deploy-k8s`,
      {
        cause: error,
      },
    )
  }
}
