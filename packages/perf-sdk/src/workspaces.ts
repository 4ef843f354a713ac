import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DaprPerfError, InputError } from './errors.js'

const require = createRequire(import.meta.url)

/** The perf app images by the Go suite's names, and the workspace that each is built from. */
export const workspaceOfImage: Record<string, string> = {
  'perf-tester': '@dapr-perf/tester',
  'perf-service_invocation_http': '@dapr-perf/testapp-http',
  'perf-service_invocation_grpc': '@dapr-perf/testapp-grpc',
}

/**
 * The program of an image, bundled into one file.
 *
 * @throws InputError where no workspace builds an image of that name, DaprPerfError where it isn't built
 */
export function programOf(imageName: string): string {
  const workspace = workspaceOfImage[imageName]
  if (!workspace) {
    throw new InputError(
      `image ${imageName}: there is no perf app of that name. There are ${Object.keys(workspaceOfImage).join(', ')}`,
    )
  }
  return built(join(folderOf(workspace), 'dist', 'main.cjs'), 'npm run build')
}

/** The folder of a workspace. */
export function folderOf(workspace: string): string {
  return dirname(require.resolve(`${workspace}/package.json`))
}

/** The file itself. @throws DaprPerfError that says how to build it where it isn't there */
export function built(file: string, buildCommand: string): string {
  if (!existsSync(file)) throw new DaprPerfError(`${file} is not there: build it with ${buildCommand}`)
  return file
}
