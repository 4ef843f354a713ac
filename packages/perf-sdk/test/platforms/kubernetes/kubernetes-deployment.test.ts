import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describeError } from '@dapr-perf/errors'
import { connectToCluster } from '@dapr-perf/kubernetes'
import { readKubernetesSettings } from '@dapr-perf/kubernetes/settings'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { appDescription } from '../../../src/description/app.js'
import { componentDescription } from '../../../src/description/component.js'
import { KubernetesDeployment } from '../../../src/platforms/kubernetes/kubernetes-deployment.js'
import { RunNames } from '../../../src/platforms/kubernetes/run/names.js'
import type { RunBase } from '../../../src/platforms/kubernetes/run/run.js'
import { serve } from '../../local-server.js'

afterEach(() => void vi.unstubAllEnvs())

/** How an API server answers a request: with an error message, with null as if it were well, or in its own time. */
type Answer = (request: string) => string | null | Promise<string | null>

/** An API server with empty lists, whose watches stay open until the client closes them. */
async function apiServer(answer: Answer) {
  const requests: string[] = []
  /** Of each watch: resolves once it is closed. */
  const closed: Promise<unknown>[] = []
  const handle = async ({ method, url = '' }: IncomingMessage, response: ServerResponse) => {
    const isWatch = url.includes('watch=true')
    const plural = /([a-z]+)(?:\?|$)/.exec(url)?.[1]
    const request = `${isWatch ? 'WATCH' : method} ${plural}`
    requests.push(request)
    const message = await answer(request)
    requests.push(`${request} answered`)
    if (message !== null) {
      response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ message }))
    } else if (isWatch) {
      closed.push(once(response, 'close'))
      response.writeHead(200).flushHeaders()
    } else {
      const list = { kind: 'List', metadata: { resourceVersion: '1' }, items: [] }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(list))
    }
  }
  const { url } = await serve((request, response) => void handle(request, response))
  return { url, requests, closed }
}

function clusterAt(server: string) {
  const folder = mkdtempSync(join(tmpdir(), 'dapr-perf-kubeconfig-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const config = {
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user: { token: 't' } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'c',
  }
  writeFileSync(join(folder, 'config'), JSON.stringify(config))
  vi.stubEnv('KUBECONFIG', join(folder, 'config'))
  return connectToCluster()
}

/** Starts a variant with two components. */
async function start(answer: Answer) {
  const { url, ...server } = await apiServer(answer)
  const run = {
    runId: 'a-run',
    names: new RunNames(),
    settings: readKubernetesSettings({ DAPR_TEST_REGISTRY: 'localhost:5000', DAPR_TEST_TAG: 'v1' }),
    restricted: false,
    owner: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name: 'dapr-perf-a', uid: '1' },
    cluster: clusterAt(url),
    part: { label: 'a1', sidecars: { image: 'localhost:5000/daprd:v1', listenAddresses: '0.0.0.0' } },
    signal: new AbortController().signal,
  } as unknown as RunBase
  const deployment = {
    variant: 'a',
    initApps: [],
    apps: [appDescription.parse({ appName: 'tester', imageName: 'perf-tester', daprEnabled: true })],
    components: ['one', 'two'].map((name) =>
      componentDescription.parse({ name, typeName: 'state.in-memory', scopes: ['tester'] }),
    ),
    configuration: {},
    logs: tmpdir(),
    report: () => {},
  }
  const usageSource = () => Promise.reject(new Error('no usage is measured'))
  const host = {
    run,
    shared: undefined,
    usageSource,
    onDeath: () => {},
    deployments: new Set<KubernetesDeployment>(),
  }
  const error = await KubernetesDeployment.start(deployment, host, run.signal).then(
    () => undefined,
    (reason: Error) => reason,
  )
  return { ...server, error }
}

describe('a variant that can not be started', () => {
  it.each(['GET pods', 'GET services', 'WATCH services', 'GET deployments', 'WATCH deployments'])(
    'for the failure of %s watches nothing any more, and has created nothing',
    async (failing) => {
      const { error, requests, closed } = await start((request) => (request === failing ? 'no list' : null))
      expect(error?.message).toMatch(/no list|Internal Server Error/)
      expect(closed).toHaveLength(
        requests.filter((one) => /^WATCH/.test(one) && one !== failing && !one.endsWith('answered')).length,
      )
      await Promise.all(closed)
      expect(requests.filter((one) => one.startsWith('POST'))).toEqual([])
    },
  )

  it.each(['POST configurations', 'POST components', 'POST deployments', 'POST services'])(
    'for the failure of %s fails with it, although it can not be removed, and watches nothing any more',
    async (failing) => {
      const { error, closed } = await start((request) => {
        if (request === failing) return 'the object is refused'
        return request.startsWith('DELETE') ? 'the server is shutting down' : null
      })
      expect(error?.message).toBe('the object is refused')
      expect(describeError(error)).toBe(
        'the object is refused\nAfter that, this failed, too: the server is shutting down',
      )
      expect(closed.length).toBeGreaterThanOrEqual(3)
      await Promise.all(closed)
    },
  )

  it.each(['components', 'services'])(
    'is removed once all of its %s are created, also where the creation of another object has failed',
    async (plural) => {
      let created = 0
      const failing = plural === 'services' ? 'POST deployments' : 'POST components'
      const { requests } = await start(async (request) => {
        if (request === failing && ++created === 1) return 'the object is refused'
        if (request === `POST ${plural}`) await pause(100) // an API server that is slow
        return null
      })
      const before = requests.slice(
        0,
        requests.findIndex((one) => one.startsWith('DELETE')),
      )
      const times = (text: string) => before.filter((one) => one === text).length
      expect(times(`POST ${plural}`)).toBe(plural === 'services' ? 1 : 2)
      expect(times(`POST ${plural} answered`)).toBe(times(`POST ${plural}`))
    },
  )
})
