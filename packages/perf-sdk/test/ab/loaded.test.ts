import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DaprPerfError } from '@dapr-perf/errors'
import { expect, it, onTestFinished } from 'vitest'
import { checkLoaded } from '../../src/ab/loaded.js'
import type { Running } from '../../src/ab/running.js'
import { componentDescription, componentOfFile } from '../../src/description/component.js'
import type { RunEvent } from '../../src/model/event.js'
import { resourceOf } from './resources.js'

/** A variant with one sidecar, which answers this to all requests. */
async function variantWith(statusCode: number, answer: object): Promise<Running> {
  const server = createServer((_, response) => response.writeHead(statusCode).end(JSON.stringify(answer)))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const app = (name: string) => ({ name, lastLines: async () => 'its last lines' })
  const sidecar = { http: url, grpc: url, acquireExternalURL: async () => url }
  const apps = new Map<string, object>([
    ['testapp', app('testapp')],
    ['tester', { ...app('tester'), sidecar }],
  ])
  const ofFile = (name: string, scopes = ['tester']) => ({
    ...componentOfFile(resourceOf(name, 'state.redis')),
    scopes,
  })
  return {
    name: 'b',
    test: { apps, signal: new AbortController().signal, componentName: (name: string) => `${name}-x` },
    components: [
      ofFile('store'),
      ofFile('other', ['testapp']),
      componentDescription.parse({ name: 'of-case', typeName: 'state.in-memory', scopes: ['tester'] }),
    ],
  } as unknown as Running
}

const notes: string[] = []
const report = (event: RunEvent) => void notes.push(event.kind === 'note' ? event.what : event.kind)

it('a component of a file that its sidecar has loaded is there, by its name on the platform', async () => {
  await checkLoaded(await variantWith(200, { components: [{ name: 'store-x' }] }), report)
  expect(notes).toEqual([])
})

it.each([[{ components: [{ name: 'store' }] }], [{}]])(
  'one that it has not loaded is named: %j',
  async (answer) => {
    const error = await checkLoaded(await variantWith(200, answer), report).catch((one) => one)
    expect(error).toBeInstanceOf(DaprPerfError)
    expect(error.message).toBe(
      "tester's sidecar has not loaded the component store (state.redis): its log says why\nits last lines",
    )
  },
)

it('where its API is not allowed, that is said', async () => {
  await checkLoaded(await variantWith(404, {}), report)
  expect(notes).toEqual([
    "variant b: whether tester's sidecar has loaded the component store (state.redis) is not known: it answers no request for its metadata",
  ])
})
