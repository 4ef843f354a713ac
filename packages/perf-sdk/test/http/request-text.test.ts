import { expect, it } from 'vitest'
import { requestText } from '../../src/http/request-text.js'
import { serve } from '../local-server.js'

/** A server that breaks so many connections before it answers. */
async function breaking(connections: number) {
  const requests: string[] = []
  const { url } = await serve((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    if (requests.length > connections) response.end('answered')
    else request.socket.destroy()
  })
  return { url, requests }
}

it.each(['GET', 'PUT', 'DELETE'] as const)('a %s is sent again after a broken connection', async (method) => {
  const { url, requests } = await breaking(1)
  expect(await requestText(`${url}/x`, { method })).toEqual({ statusCode: 200, text: 'answered' })
  expect(requests).toEqual([`${method} /x`, `${method} /x`])
})

it('a POST never is, since it may be done already', async () => {
  const { url, requests } = await breaking(1)
  await expect(requestText(`${url}/x`, { method: 'POST', body: [1] })).rejects.toThrow()
  expect(requests).toEqual(['POST /x'])
})

it('a response is not asked for again, whatever its status', async () => {
  let requests = 0
  const { url } = await serve((_, response) => {
    requests++
    response.writeHead(500).end('no')
  })
  expect(await requestText(url)).toEqual({ statusCode: 500, text: 'no' })
  expect(requests).toBe(1)
})
