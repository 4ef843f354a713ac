import type { Resource } from '../platforms/resource.js'

/**
 * A Redis that apps and sidecars reach, as HOST:PORT: the one of REDIS_HOST; else, on the local platform, a redis-server
 * started for the session, and on Kubernetes the one of setup-test-env-redis.
 */
export const redis: Resource<string> = {
  name: 'redis',
  local: async (host) => (await import('../platforms/local/redis.js')).localRedis(host),
  kubernetes: async (host) =>
    (await import('../platforms/kubernetes/redis.js')).findRedis(host.cluster, host.settings.testNamespace),
}
