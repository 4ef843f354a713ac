import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type KubernetesObject, PatchStrategy } from '@kubernetes/client-node'
import { parseAllDocuments } from 'yaml'
import { DaprPerfError } from '../errors.js'
import type { Cluster } from '../kubernetes/cluster.js'
import { isMissingNamespace, isNotFound } from '../kubernetes/errors.js'
import { managedBy } from '../kubernetes/labels.js'
import { folderOf } from '../workspaces.js'

export type Manifest = 'app-configurations' | 'kafka' | 'mongodb' | 'redis'

/** The objects of a manifest that comes with this program. */
export async function readManifest(name: Manifest): Promise<KubernetesObject[]> {
  const file = join(folderOf('perf-sdk'), 'manifests', `${name}.yaml`)
  return parseAllDocuments(await readFile(file, 'utf8')).map((document) => document.toJS())
}

export interface ApplyOptions {
  namespace: string
  /** The API server checks the objects as if it took them, and keeps nothing. */
  dryRun?: boolean
}

/**
 * Puts objects into a namespace, or brings those that are there to the state asked for. They carry the label of what
 * this program puts into a cluster.
 *
 * @returns a line for each
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
    lines.push(`${object.kind} ${name} in namespace ${namespace}: ${dryRun ? 'valid' : 'in place'}`)
  }
  return lines
}

/** Changes the fields that are given, of an object that is there. */
export async function mergePatch(cluster: Cluster, object: KubernetesObject): Promise<void> {
  const asItIs = [undefined, undefined, undefined, undefined] as const
  await cluster.objects.patch(object, ...asItIs, PatchStrategy.MergePatch)
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
    const isKind = isNotFound(error) && !isMissingNamespace(error)
    if (!isKind || !object.apiVersion?.startsWith('dapr.io/')) throw error
    throw new DaprPerfError(
      `the cluster knows no ${object.kind}: install Dapr with npx turbo docker-deploy-k8s`,
      {
        cause: error,
      },
    )
  }
}
