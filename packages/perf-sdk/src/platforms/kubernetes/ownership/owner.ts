import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { AppDiedError } from '@dapr-perf/errors'
import { type Cluster, isNotFound, managedBy, runLabel, selector } from '@dapr-perf/kubernetes'
import { type V1Lease, V1MicroTime, type V1OwnerReference } from '@kubernetes/client-node'
import { identityOf, isAlive, type ProcessIdentity } from '../../../process/identity.js'
import { runLabels } from '../manifests/manifests.js'
import type { Run } from '../run/run.js'

const renewEveryMs = 5_000
/** How long a run on another machine counts as alive after it last renewed its Lease. */
const leaseSeconds = 60
const processAnnotation = 'dapr-perf/process'

/** The Lease of a run, which the run renews as long as it is alive. */
export interface OwnerLease {
  name: string
  namespace: string
  uid: string
  runId: string
}

/** The Lease of this process's run: it owns all objects of the run. */
export class Owner {
  #timer: NodeJS.Timeout | undefined

  private constructor(
    private readonly cluster: Cluster,
    readonly lease: OwnerLease,
  ) {}

  static async create(cluster: Cluster, run: Pick<Run, 'runId' | 'names' | 'settings'>): Promise<Owner> {
    const namespace = run.settings.testNamespace
    const name = run.names.of('dapr-perf')
    const created = await cluster.coordination.createNamespacedLease({
      namespace,
      body: {
        metadata: { name, labels: runLabels(run), annotations: { [processAnnotation]: thisProcess() } },
        spec: {
          holderIdentity: `${hostname()} (pid ${process.pid})`,
          leaseDurationSeconds: leaseSeconds,
          renewTime: new V1MicroTime(),
        },
      },
    })
    return new Owner(cluster, { name, namespace, uid: created.metadata?.uid as string, runId: run.runId })
  }

  get reference(): V1OwnerReference {
    const { name, uid } = this.lease
    return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name, uid }
  }

  /** Starts renewing the Lease. @param onLost called if somebody has deleted it, and with it what it owns */
  keepAlive(onLost: (error: AppDiedError) => void): void {
    this.#timer = setInterval(() => {
      this.#renew().catch((error) => {
        // Other errors are temporary, or show elsewhere, and the next renewal still comes in time.
        if (isNotFound(error)) onLost(lost(this.lease))
      })
    }, renewEveryMs)
  }

  stopKeepingAlive(): void {
    clearInterval(this.#timer)
  }

  async #renew(): Promise<void> {
    const { name, namespace } = this.lease
    const lease = await this.cluster.coordination.readNamespacedLease({ name, namespace })
    lease.spec = { ...lease.spec, renewTime: new V1MicroTime() }
    await this.cluster.coordination.replaceNamespacedLease({ name, namespace, body: lease })
  }
}

/** The Leases of dead runs, in one namespace or in all. */
export async function findDeadOwners(cluster: Cluster, namespace?: string): Promise<OwnerLease[]> {
  const labelSelector = selector({ ...managedBy, [runLabel]: true })
  const { items } = namespace
    ? await cluster.coordination.listNamespacedLease({ namespace, labelSelector })
    : await cluster.coordination.listLeaseForAllNamespaces({ labelSelector })
  const now = await cluster.time()
  return items.filter((lease) => isDead(lease, now)).map(ownerLeaseOf)
}

/**
 * Whether the process of a Lease is dead. On the machine where it ran this looks at the process; elsewhere it depends
 * on how long the Lease was not renewed, by the API server's clock.
 */
export function isDead(lease: V1Lease, now: Date): boolean {
  const { machine, ...identity } = processOf(lease)
  if (machine && machine === thisMachine()) return !isAlive(identity as ProcessIdentity)
  const written = (lease.metadata?.managedFields ?? []).map(({ time }) => time?.getTime() ?? 0)
  return now.getTime() - Math.max(0, ...written) > leaseSeconds * 1000
}

/** Nothing of it where the annotation was changed. */
function processOf({ metadata }: V1Lease): Partial<ProcessIdentity> & { machine?: string } {
  try {
    return JSON.parse(metadata?.annotations?.[processAnnotation] ?? '') ?? {}
  } catch {
    return {}
  }
}

function ownerLeaseOf({ metadata }: V1Lease): OwnerLease {
  return {
    name: metadata?.name as string,
    namespace: metadata?.namespace as string,
    uid: metadata?.uid as string,
    runId: metadata?.labels?.[runLabel] as string,
  }
}

const thisProcess = () => JSON.stringify({ machine: thisMachine(), ...identityOf(process.pid) })

/**
 * Identifies this machine and pid namespace: host names are not unique, nor are the pids of containers on one machine.
 * Undefined on systems other than Linux.
 */
function thisMachine(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return undefined
  }
}

const lost = ({ name, namespace, runId }: OwnerLease) =>
  new AppDiedError(
    `the Lease ${name} in namespace ${namespace} is gone, and with it all objects of run ${runId}: ` +
      'somebody deleted it, or this process was paused for so long that another run considered it dead',
  )
