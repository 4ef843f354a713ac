import { InputError } from '@dapr-perf/errors'
import { type Cluster, ignoreNotFound } from '@dapr-perf/kubernetes'
import { redisOfEnvironment } from '../redis-host.js'

/** The Service of setup-test-env-redis, named as in the Go suite. */
const installed = 'dapr-redis-master'
const defaultPort = 6379

/**
 * HOST:PORT of a Redis that pods reach: the one of REDIS_HOST, else the one that setup-test-env-redis installed in the
 * namespace.
 *
 * @throws InputError if there is neither, or REDIS_HOST is not an address
 */
export async function findRedis(cluster: Cluster, namespace: string): Promise<string> {
  const named = redisOfEnvironment(
    'a host or HOST:PORT that pods reach, for example REDIS_HOST=redis.example.com:6379',
  )
  if (named) return named
  const service = await ignoreNotFound(cluster.core.readNamespacedService({ name: installed, namespace }))
  if (!service) {
    throw new InputError(
      `there is no Redis in namespace ${namespace}: install one with npx turbo setup-test-env-redis, or set REDIS_HOST`,
    )
  }
  return `${installed}.${namespace}.svc:${defaultPort}`
}
