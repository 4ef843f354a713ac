import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DaprPerfError, InputError } from '../../errors.js'

const require = createRequire(import.meta.url)

/** Which workspace an image is built from: on one machine its program runs instead of the image. */
const workspaceOfImage: Record<string, string> = {
  'perf-tester': '@dapr-perf/tester',
  'perf-service_invocation_http': '@dapr-perf/testapp-http',
  'perf-service_invocation_grpc': '@dapr-perf/testapp-grpc',
}

/**
 * The program of an image.
 *
 * @throws InputError where no workspace builds an image of that name, DaprPerfError where it isn't built
 */
export function programOf(imageName: string): string {
  const workspace = workspaceOfImage[imageName]
  if (!workspace) {
    throw new InputError(
      `image ${imageName}: no program of that name runs on one machine. There are ${Object.keys(workspaceOfImage).join(', ')}`,
    )
  }
  return built(join(folderOf(workspace), 'dist', 'main.cjs'))
}

/** The folder of the fortio command. @throws DaprPerfError where it isn't built */
export function fortioFolder(): string {
  return dirname(built(join(folderOf('@dapr-perf/fortio-image'), 'bin', 'fortio')))
}

/** The folder of a workspace. */
export function folderOf(workspace: string): string {
  return dirname(require.resolve(`${workspace}/package.json`))
}

function built(file: string): string {
  if (!existsSync(file)) throw new DaprPerfError(`${file} is not there: build it with npm run build`)
  return file
}
