import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DaprPerfError } from '@dapr-perf/errors'
import { type Cluster, isMissingNamespace, isNotFound, managedBy } from '@dapr-perf/kubernetes'
import { type KubernetesObject, PatchStrategy } from '@kubernetes/client-node'
import { parseAllDocuments } from 'yaml'
import { packageFolder } from '../package-folder.js'

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
 * @throws DaprPerfError where Dapr's custom resource definitions are not installed
 */
export async function apply(
  cluster: Cluster,
  objects: KubernetesObject[],
  { namespace, dryRun = false }: ApplyOptions,
): Promise<string[]> {
  const lines: string[] = []
  for (const object of objects) {
    const { name, labels } = object.metadata ?? {}
    const labelled = {
      ...object,
      metadata: { ...object.metadata, namespace, labels: { ...labels, ...managedBy } },
    }
    await patch(cluster, labelled, dryRun)
    lines.push(`${object.kind} ${name} in namespace ${namespace}: ${dryRun ? 'valid' : 'applied'}`)
  }
  return lines
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
