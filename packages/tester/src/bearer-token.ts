import { createHash, timingSafeEqual } from 'node:crypto'
import type { onRequestAsyncHookHandler } from 'fastify'
import { TesterError } from './errors.js'

/** A hook that lets only requests with this bearer token through; the public routes are everyone's. */
export function requireToken(token: string, publicRoutes: string[]): onRequestAsyncHookHandler {
  const expected = sha256(`Bearer ${token}`)
  return async ({ routeOptions, headers }, reply) => {
    if (routeOptions.url && publicRoutes.includes(routeOptions.url)) return
    if (timingSafeEqual(sha256(headers.authorization ?? ''), expected)) return
    reply.header('www-authenticate', 'Bearer')
    throw new TesterError(401, "the tester's token is needed: Authorization: Bearer TOKEN")
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest()
