import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DaprPerfError, InputError } from '@dapr-perf/errors'

const require = createRequire(import.meta.url)

/** The package that each perf app image is built from, by the image's name in the Go suite. */
export const workspaceOfImage: Record<string, string> = {
  'perf-tester': '@dapr-perf/tester',
  'perf-service_invocation_http': '@dapr-perf/testapp-http',
  'perf-service_invocation_grpc': '@dapr-perf/testapp-grpc',
}

/**
 * The path of an image's program, which is bundled into one file.
 *
 * @throws InputError for an unknown image, DaprPerfError where the program is not built
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

/** The folder of a package. */
export function folderOf(workspace: string): string {
  return dirname(require.resolve(`${workspace}/package.json`))
}

/** The file itself. @throws DaprPerfError with the build command where it does not exist */
export function built(file: string, buildCommand: string): string {
  if (!existsSync(file)) throw new DaprPerfError(`${file} does not exist: build it with ${buildCommand}`)
  return file
}

/** The folder of the fortio command for this machine. @throws DaprPerfError where it is not built */
export function fortioFolder(): string {
  return dirname(built(join(folderOf('@dapr-perf/fortio-image'), 'bin', 'fortio'), 'npm run build'))
}
