import { createHash, timingSafeEqual } from 'node:crypto'
import type { onRequestAsyncHookHandler } from 'fastify'
import { TesterError } from './errors.js'

/** A hook that requires this bearer token, except for the public routes. */
export function requireToken(token: string, publicRoutes: string[]): onRequestAsyncHookHandler {
  const expected = sha256(`Bearer ${token}`)
  return async ({ routeOptions, headers }, reply) => {
    if (routeOptions.url && publicRoutes.includes(routeOptions.url)) return
    if (timingSafeEqual(sha256(headers.authorization ?? ''), expected)) return
    reply.header('www-authenticate', 'Bearer')
    throw new TesterError(401, 'authentication required: Authorization: Bearer TOKEN')
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest()
