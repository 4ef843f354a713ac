import { createRequire } from 'node:module'
import { dirname } from 'node:path'

/** The folder of this package, which holds manifests/. */
export const packageFolder = dirname(
  createRequire(import.meta.url).resolve('@dapr-perf/cluster/package.json'),
)
