import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectToCluster } from '@dapr-perf/kubernetes'
import { expect, it, onTestFinished, vi } from 'vitest'
import { removeLabelledObjects } from '../src/clean/labelled-objects.js'

type Answer = object | number

/** A cluster whose API server gives these answers, by `METHOD /path`; several are given one after the other. */
async function clusterWith(answers: Record<string, Answer | Answer[]>) {
  const asked: string[] = []
  const server = createServer(({ method, url = '' }, response) => {
    const request = `${method} ${url.split('?')[0]}`
    asked.push(request)
    const given = answers[request] ?? 404
    const answer = Array.isArray(given) ? (given.length > 1 ? given.shift() : given[0]) : given
    if (typeof answer === 'number') response.statusCode = answer
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(typeof answer === 'number' ? { message: `status ${answer}` } : answer))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const folder = mkdtempSync(join(tmpdir(), 'cluster-'))
  onTestFinished(() => {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true })
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const config = {
    clusters: [{ name: 'c', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: { token: 't' } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'c',
  }
  writeFileSync(join(folder, 'config'), JSON.stringify(config))
  vi.stubEnv('KUBECONFIG', join(folder, 'config'))
  return { cluster: connectToCluster(), asked }
}

const kinds = (...names: [name: string, kind: string][]) => ({
  resources: names.map(([name, kind]) => ({ name, kind, namespaced: true, verbs: ['list', 'delete'] })),
})
const objects = (...names: string[]) => ({
  items: names.map((name) => ({ metadata: { name, namespace: 'n', uid: name } })),
})
const groups = (...names: string[]) => ({
  groups: names.map((groupVersion) => ({ preferredVersion: { groupVersion }, versions: [{ groupVersion }] })),
})
const core = {
  'GET /api/v1': kinds(['configmaps', 'ConfigMap'], ['pods/log', 'Pod']),
  'GET /api/v1/configmaps': objects('mine'),
  'DELETE /api/v1/namespaces/n/configmaps/mine': {},
}
const removed = 'ConfigMap mine in namespace n: removed'

it('all that is labelled is removed, whatever vanishes meanwhile', async () => {
  const { cluster, asked } = await clusterWith({
    ...core,
    'GET /apis': groups(
      'gone.example.com/v1',
      'metrics.k8s.io/v1beta1',
      'example.com/v1',
      'down.example.com/v1',
    ),
    'GET /apis/metrics.k8s.io/v1beta1': 503,
    'GET /apis/down.example.com/v1': kinds(['things', 'Thing']),
    'GET /apis/down.example.com/v1/things': 503,
    // Its gadgets are gone when they are listed, and its widgets when one is deleted.
    'GET /apis/example.com/v1': [kinds(['gadgets', 'Gadget'], ['widgets', 'Widget']), kinds()],
    'GET /apis/example.com/v1/widgets': objects('a-widget'),
  })
  expect(await removeLabelledObjects(cluster)).toContain(removed)
  expect(asked).toContain('DELETE /api/v1/namespaces/n/configmaps/mine')
})

it('a kind that the preferred version of its group does not have is found in another version', async () => {
  const versions = ['dapr.io/v2', 'dapr.io/v1'].map((groupVersion) => ({ groupVersion }))
  const { cluster, asked } = await clusterWith({
    'GET /api/v1': kinds(),
    'GET /apis': { groups: [{ preferredVersion: versions[0], versions }] },
    'GET /apis/dapr.io/v2': kinds(['subscriptions', 'Subscription']),
    'GET /apis/dapr.io/v2/subscriptions': objects(),
    'GET /apis/dapr.io/v1': kinds(['subscriptions', 'Subscription'], ['components', 'Component']),
    'GET /apis/dapr.io/v1/components': objects('mine'),
    'DELETE /apis/dapr.io/v1/namespaces/n/components/mine': {},
  })
  expect(await removeLabelledObjects(cluster)).toEqual(['Component mine in namespace n: removed'])
  expect(asked).not.toContain('GET /apis/dapr.io/v1/subscriptions')
})

it.each([
  ['GET /api/v1/configmaps', 503],
  ['GET /apis/example.com/v1/widgets', 403],
  ['DELETE /api/v1/namespaces/n/configmaps/mine', 500],
])('what fails for another reason is an error: %s with %i', async (request, status) => {
  const { cluster } = await clusterWith({
    ...core,
    'GET /apis': groups('example.com/v1'),
    'GET /apis/example.com/v1': kinds(['widgets', 'Widget']),
    'GET /apis/example.com/v1/widgets': objects(),
    [request]: status,
  })
  await expect(removeLabelledObjects(cluster)).rejects.toThrow(`status ${status}`)
})
