import { isDeepStrictEqual } from 'node:util'
import type { KubernetesObject, V1OwnerReference } from '@kubernetes/client-node'
import pRetry from 'p-retry'
import { DaprPerfError } from '../../errors.js'
import type { Cluster } from '../../kubernetes/cluster.js'
import { ignoreNotFound, isConflict, isNotFound } from '../../kubernetes/errors.js'
import { managedBy, runLabel, selector } from '../../kubernetes/labels.js'
import type { Component } from '../descriptions.js'
import { daprResource } from './dapr-resource.js'
import type { OwnerLease } from './owner.js'

interface ComponentObject extends KubernetesObject {
  spec: { type: string; version: string; metadata: { name: string; value: string }[] }
  scopes?: string[]
}

/** Not of one run, and yet gone with its runs. */
const sharedLabels = { ...managedBy, [runLabel]: 'shared' }

const address = (namespace: string) => ({ ...daprResource('components'), namespace })

/**
 * Makes a component of a case known to the sidecars of a run, and to no others. Its name is part of the case, so runs
 * that are at work in one namespace at the same time share the object: it belongs to each of them, and lists the app
 * ids of all.
 *
 * @param scopes app ids
 * @throws DaprPerfError where another component of that name stands in the way
 */
export async function addComponent(
  cluster: Cluster,
  component: Component,
  scopes: string[],
  namespace: string,
  owner: V1OwnerReference,
): Promise<void> {
  const { name, typeName, version } = component
  const metadata = Object.entries(component.metadata).map(([key, value]) => ({ name: key, value }))
  const spec = { type: typeName, version, metadata }
  const create = () =>
    cluster.custom.createNamespacedCustomObject({
      ...address(namespace),
      body: {
        apiVersion: 'dapr.io/v1alpha1',
        kind: 'Component',
        metadata: { name, namespace, labels: sharedLabels, ownerReferences: [owner] },
        spec,
        scopes,
      },
    })
  const share = async () => {
    const there = await read(cluster, name, namespace)
    const isOurs = there.metadata?.labels?.['app.kubernetes.io/managed-by'] === 'dapr-perf'
    if (!isOurs || !isDeepStrictEqual(there.spec, spec)) throw inTheWay(component, namespace, isOurs)
    const owners = (there.metadata?.ownerReferences ?? []).filter(({ uid }) => uid !== owner.uid)
    await replace(cluster, there, [...owners, owner], [...new Set([...(there.scopes ?? []), ...scopes])])
  }
  await withoutConflict(async () => {
    try {
      await create()
    } catch (error) {
      if (!isConflict(error)) throw error
      await share()
    }
  })
}

/** Takes a run out of the components that it has part in; one that no other run needs is deleted. */
export async function removeComponentsOf(
  cluster: Cluster,
  { namespace, uid, name }: OwnerLease,
): Promise<void> {
  const labelSelector = selector(sharedLabels)
  const list = await ignoreNotFound(
    cluster.custom.listNamespacedCustomObject({ ...address(namespace), labelSelector }),
  )
  const components = ((list?.items ?? []) as ComponentObject[]).filter((component) =>
    component.metadata?.ownerReferences?.some((owner) => owner.uid === uid),
  )
  const suffix = name.slice(name.lastIndexOf('-'))
  await Promise.all(
    components.map((component) =>
      withoutConflict(async () => {
        const there = await ignoreNotFound(read(cluster, component.metadata?.name as string, namespace))
        if (!there) return
        const owners = (there.metadata?.ownerReferences ?? []).filter((owner) => owner.uid !== uid)
        const scopes = (there.scopes ?? []).filter((appId) => !appId.endsWith(suffix))
        if (owners.length > 0) await replace(cluster, there, owners, scopes)
        else await remove(cluster, there)
      }),
    ),
  )
}

const read = (cluster: Cluster, name: string, namespace: string): Promise<ComponentObject> =>
  cluster.custom.getNamespacedCustomObject({ ...address(namespace), name })

/** Both succeed only if nobody has changed the object since it was read. */
const replace = (cluster: Cluster, there: ComponentObject, owners: V1OwnerReference[], scopes: string[]) =>
  cluster.custom.replaceNamespacedCustomObject({
    ...address(there.metadata?.namespace as string),
    name: there.metadata?.name as string,
    body: { ...there, scopes, metadata: { ...there.metadata, ownerReferences: owners } },
  })

const remove = (cluster: Cluster, { metadata }: ComponentObject) =>
  ignoreNotFound(
    cluster.custom.deleteNamespacedCustomObject({
      ...address(metadata?.namespace as string),
      name: metadata?.name as string,
      body: { preconditions: { resourceVersion: metadata?.resourceVersion as string } },
    }),
  )

/** Starts again from what is there now, where another run was faster. */
const withoutConflict = (change: () => Promise<unknown>) =>
  pRetry(change, {
    retries: 10,
    minTimeout: 50,
    maxTimeout: 500,
    shouldRetry: ({ error }) => isConflict(error) || isNotFound(error),
  })

function inTheWay({ name }: Component, namespace: string, isOurs: boolean): DaprPerfError {
  const advice = isOurs
    ? 'a run that is at work has it with other settings: wait for that one, or use another namespace'
    : `it is not dapr-perf's: rename it, or delete it with kubectl delete component ${name} -n ${namespace}`
  return new DaprPerfError(`the component ${name} is there already, in namespace ${namespace}, and ${advice}`)
}
