import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DaprPerfError } from '@dapr-perf/errors'

/** The name of Dapr's Go module. */
export const daprModulePath = 'github.com/dapr/dapr'

/** The folder with the go.mod that pins Dapr. */
export function daprGoModule(): string {
  return dirname(createRequire(import.meta.url).resolve('@dapr-perf/dapr/package.json'))
}

/** The pinned version of Dapr, without the `v`. @throws DaprPerfError where go.mod requires no Dapr */
export async function daprVersion(goModule = daprGoModule()): Promise<string> {
  const file = join(goModule, 'go.mod')
  const required = /^\s*(?:require\s+)?github\.com\/dapr\/dapr\s+v(\S+)/m.exec(await readFile(file, 'utf8'))
  if (!required?.[1]) throw new DaprPerfError(`${file} does not require ${daprModulePath}`)
  return required[1]
}
