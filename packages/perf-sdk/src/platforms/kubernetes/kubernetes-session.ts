import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { AppDiedError, InputError, VariantError } from '@dapr-perf/errors'
import { connectToCluster } from '@dapr-perf/kubernetes'
import { readKubernetesSettings, testImage } from '@dapr-perf/kubernetes/settings'
import type { App } from '../../description/app.js'
import { testerName } from '../../description/apps.js'
import type { ReportEvent } from '../../model/event.js'
import { closeSession } from '../close-session.js'
import type { Deployment, Session, SessionOptions } from '../platform.js'
import type { Resource } from '../resource.js'
import { KubernetesDeployment } from './kubernetes-deployment.js'
import { tokenSecretOf } from './manifests/manifests.js'
import { isRestricted } from './manifests/pod-security.js'
import { withOverrides } from './manifests/resources.js'
import { watchNodeSupply } from './nodes/node-supply.js'
import { Owner } from './ownership/owner.js'
import { removeLeftovers, removeRun } from './ownership/removal.js'
import { checkRights } from './ownership/rights.js'
import { chooseSource } from './pods/container-usage.js'
import { appOf } from './pods/pod-state.js'
import { RunNames } from './run/names.js'
import type { RunBase, RunPart } from './run/run.js'

/** A case in a cluster: one Lease owns all its objects. */
export class KubernetesSession implements Session {
  readonly loadSeconds = 10
  readonly isOnThisMachine = false
  readonly testerToken = randomBytes(16).toString('hex')
  /** Those that have not ended. */
  readonly #deployments = new Set<KubernetesDeployment>()
  /** That of the apps that all variants share. */
  #shared: KubernetesDeployment | undefined
  /** How often each variant was started. */
  readonly #starts = new Map<string, number>()
  /** Of CPU and memory of the containers. */
  #usageSource: ReturnType<typeof chooseSource> | undefined

  private constructor(
    private readonly run: RunBase,
    private readonly report: ReportEvent,
    private readonly ownership: Owner,
    private readonly failed: AbortController,
    /** Of the leftovers of dead runs. */
    private readonly stopRemoval: () => Promise<void>,
  ) {}

  static async open({ runId, report }: SessionOptions, signal: AbortSignal): Promise<KubernetesSession> {
    const settings = readKubernetesSettings()
    testImage('perf-tester', settings) // fails early if no registry is set
    const cluster = connectToCluster()
    const namespace = settings.testNamespace
    report({ kind: 'step', what: `preparing namespace ${namespace} of context ${cluster.context}` })
    await checkRights(cluster, namespace)
    signal.throwIfAborted()
    const identity = { runId, names: new RunNames(), settings }
    const restricted = await isRestricted(cluster, namespace)
    const ownership = await Owner.create(cluster, identity)
    const failed = new AbortController()
    ownership.keepAlive((error) => failed.abort(error))
    let nodes: RunBase['nodes'] | undefined
    let stopRemoval = async () => {}
    try {
      stopRemoval = await removeLeftovers(cluster, namespace, report)
      nodes = await watchNodeSupply(cluster, settings)
      const owned = { ...identity, restricted, owner: ownership.reference }
      const run = { ...owned, cluster, nodes, signal: AbortSignal.any([signal, failed.signal]) }
      const session = new KubernetesSession(run, report, ownership, failed, stopRemoval)
      const body = tokenSecretOf(session.testerToken, { ...run, part: main })
      await cluster.core.createNamespacedSecret({ namespace, body })
      signal.throwIfAborted()
      return session
    } catch (error) {
      const close = async () => {
        try {
          await removeRun(cluster, ownership.lease)
        } finally {
          await stopRemoval()
          ownership.stopKeepingAlive()
          nodes?.events?.[Symbol.dispose]()
        }
      }
      await closeSession({ [Symbol.asyncDispose]: close }, report)
      throw error
    }
  }

  get failure(): AbortSignal {
    return this.failed.signal
  }

  isShared({ appName, daprEnabled }: App): boolean {
    return appName === testerName || !daprEnabled
  }

  async start(given: Deployment, signal: AbortSignal): Promise<KubernetesDeployment> {
    const { variant, logs } = given
    const { resources } = this.run.settings
    const ownOf = (apps: App[]) =>
      apps
        .filter(({ daprEnabled }) => variant === undefined || daprEnabled)
        .map((app) => withOverrides(app, resources))
    const deployment = { ...given, initApps: ownOf(given.initApps), apps: ownOf(given.apps) }
    await mkdir(logs, { recursive: true })
    const part = variant === undefined ? main : this.#partOf(variant, deployment)
    const names = variant === undefined ? this.run.names : this.run.names.ofPart(part.label)
    const started = await KubernetesDeployment.start(
      deployment,
      {
        run: { ...this.run, names, part },
        shared: variant === undefined ? undefined : this.#shared,
        usageSource: (pods) => {
          this.#usageSource ??= chooseSource(this.run.cluster, pods)
          return this.#usageSource
        },
        onDeath: (what) =>
          this.failed.abort(variant === undefined ? new AppDiedError(what) : new VariantError(variant, what)),
        deployments: this.#deployments,
      },
      signal,
    )
    if (variant === undefined) this.#shared = started
    return started
  }

  use<T>(resource: Resource<T>, signal: AbortSignal): Promise<T> {
    const { cluster, settings } = this.run
    return resource.kubernetes({ signal, cluster, settings })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { cluster, nodes } = this.run
    for (const deployment of this.#deployments) deployment.stopWatching()
    try {
      const remaining = await removeRun(cluster, this.ownership.lease)
      const what = `pods still terminating: ${remaining.join(', ')}. Is their node ready (kubectl get nodes)?`
      if (remaining.length > 0) this.report({ kind: 'note', what })
    } finally {
      await this.stopRemoval()
      this.ownership.stopKeepingAlive()
      nodes.events?.[Symbol.dispose]()
      await Promise.all([...this.#deployments].map((deployment) => deployment.close()))
    }
  }

  /** Of a variant: its sidecars run its daprd, on the node of the load generator, which reaches one of them from its own pod. */
  #partOf(variant: string, { daprd }: Deployment): RunPart {
    const shared = this.#shared
    if (!shared?.ownApps.some(({ appName }) => appName === testerName))
      throw new InputError(
        `on Kubernetes ab needs the app ${testerName}: add tester() to the apps of the case`,
      )
    const generator = shared.run.pods.items.find((pod) => appOf(pod) === testerName)
    const block = (this.#starts.get(variant) ?? 0) + 1
    this.#starts.set(variant, block)
    const { nodeName } = generator?.spec ?? {}
    const listenAddresses = generator?.status?.podIP?.includes(':') ? '[::]' : '0.0.0.0'
    return {
      label: `${variant}${block}`,
      sidecars: { image: (daprd as NonNullable<typeof daprd>).path, listenAddresses },
      ...(nodeName && { node: nodeName }),
    }
  }
}

/** The deployment without a variant. */
const main: RunPart = { label: 'main' }
