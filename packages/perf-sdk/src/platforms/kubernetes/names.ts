import { randomInt } from 'node:crypto'
import { InputError } from '../../errors.js'
import type { App, Component } from '../descriptions.js'

const letters = 'bcdfghjklmnpqrstvwxz0123456789'
const suffixLength = 5
// The longest name that Kubernetes takes for a Service is 63 characters, and Dapr's is called NAME-dapr.
const longestAppName = 63 - '-dapr'.length - suffixLength - 1

const sidecarHttpPort = '3500'
const sidecarGrpcPort = '50001'

/** Names of one run's own, so that two runs in one namespace don't meet: `testapp` is `testapp-x7k2p` here. */
export class RunNames {
  readonly suffix = Array.from({ length: suffixLength }, () => letters[randomInt(letters.length)]).join('')

  of(name: string): string {
    return `${name}-${this.suffix}`
  }

  /** @throws InputError where the app's name leaves no room for the run's */
  check(appName: string): void {
    if (appName.length > longestAppName)
      throw new InputError(`${appName}: a cluster takes names of at most ${longestAppName} characters`)
  }

  /**
   * The URL that a pod has to call for one that stands in a case.
   *
   * @throws InputError where it is neither an app of the test with its port nor the caller's own sidecar
   */
  resolveURL(url: string, from: string, apps: Map<string, App>, components: Component[] = []): string {
    const parsed = new URL(url)
    const { hostname, port, protocol } = parsed
    if (protocol === 'redis:') return url
    const app = apps.get(hostname)
    if (app && port === String(app.appPort)) {
      parsed.hostname = this.of(hostname)
    } else if (hostname === '127.0.0.1' && port === sidecarHttpPort) {
      parsed.pathname = this.#resolvePath(parsed.pathname, apps, components)
    } else if (hostname !== '127.0.0.1' || port !== sidecarGrpcPort) {
      throw new InputError(
        `${url}: neither an app of this test with its port, nor ${from}'s sidecar (127.0.0.1:${sidecarHttpPort} or :${sidecarGrpcPort})`,
      )
    }
    return parsed.href
  }

  /** `/v1.0/invoke/APP/method/…` names an app by its id, `/v1.0/state/NAME/…` and others a component. */
  #resolvePath(path: string, apps: Map<string, App>, components: Component[]): string {
    const [, start = '', name = ''] = /^(\/v1\.0\/invoke\/)([^/]+)/.exec(path) ?? []
    if (apps.has(name)) return `${start}${this.of(name)}${path.slice(start.length + name.length)}`
    return this.inPath(path, components)
  }

  /** A path, with the first part that is a component's name as it is in this run. */
  inPath(path: string, components: Component[]): string {
    const parts = path.split('/')
    const names = components.map(({ name }) => name)
    const at = parts.findIndex((part) => names.includes(part))
    if (at === -1) return path
    return parts.with(at, this.of(parts[at] as string)).join('/')
  }
}
