import { InputError } from '@dapr-perf/errors'
import type { App } from '../description/app.js'
import { testerName } from '../description/apps.js'
import type { Params } from '../description/params.js'
import type { Target } from '../description/target.js'

const MiB = 1024 * 1024
/** Dapr's default of --max-body-size. */
const daprDefaultMB = 4
/** The most that testapp accepts, over HTTP and gRPC. */
const ownAppMB = 16

/**
 * Checks that the requests of a load are not larger than what is known to be accepted: Dapr's limit of 4 MiB, or the
 * sidecars' maxRequestSizeMB, and that of testapp. What Dapr adds to a body, some 100 B over gRPC, is not counted.
 *
 * @throws InputError that names the limit and the app
 */
export function checkRequestSize(
  target: Target,
  body: Pick<Params, 'payload' | 'payloadSize'>,
  apps: App[],
): void {
  const bytes = bytesOf(target, body)
  for (const { appName, limitMB, advice } of limitsOf(target, apps)) {
    if (bytes <= limitMB * MiB) continue
    throw new InputError(
      `a request of ${bytes} B: ${appName} accepts at most ${limitMB * MiB} B (${limitMB} MiB): ${advice}`,
    )
  }
}

function bytesOf(target: Target, { payload, payloadSize }: Pick<Params, 'payload' | 'payloadSize'>): number {
  const bytes = payload === '' ? payloadSize : Buffer.byteLength(payload)
  switch (target.kind) {
    case 'app':
    case 'invoke':
      return bytes
    case 'publish':
      return target.bulk ? bytes * target.events : bytes
    default:
      return 0
  }
}

function limitsOf(target: Target, apps: App[]) {
  const app = (name: string) => apps.find(({ appName }) => appName === name)
  const ofSidecar = (name: string) => ({
    appName: `${name}'s sidecar`,
    limitMB: app(name)?.maxRequestSizeMB ?? daprDefaultMB,
    advice: `send less, or raise maxRequestSizeMB of ${name}`,
  })
  const ofApp = (name: string) =>
    app(name)?.imageName ? [{ appName: name, limitMB: ownAppMB, advice: 'send less' }] : []
  switch (target.kind) {
    case 'app':
      return ofApp(target.app)
    case 'invoke':
      return [ofSidecar(testerName), ofSidecar(target.app), ...ofApp(target.app)]
    case 'publish':
      return [ofSidecar(testerName)]
    default:
      return []
  }
}
