import { DaprPerfError, InputError } from '@dapr-perf/errors'
import type { App } from '../../../description/app.js'
import { apiTokenOf } from '../../api-token.js'
import type { RunningApp } from '../../platform.js'
import { PodPort } from '../access/port-forward.js'
import { reachApp } from '../access/reach.js'
import { appOf, containerStatuses, isReady, nameOf } from '../pods/pod-state.js'
import type { RunHandles } from '../run/run.js'

export const sidecarPorts = { http: 3500, grpc: 50001, metrics: 9090 }

/** An app of a run, ready in the cluster, as the runner sees it. */
export function runningApp(app: App, run: RunHandles): RunningApp {
  const { appName, appPort, daprEnabled, ingressEnabled } = app
  const name = run.names.of(appName)
  const urls = new Map<string, Promise<string>>()
  /** Opens it on first use. */
  const once = (key: string, open: () => Promise<string>) => {
    const url = urls.get(key) ?? open()
    urls.set(key, url)
    return url
  }
  const own = () => run.pods.items.filter((pod) => appOf(pod) === appName)

  const forward = async (port: number) => {
    const podName = () => {
      const pod = own().find(isReady)
      if (!pod) throw new DaprPerfError(`no pod of ${appName} is ready`)
      return nameOf(pod)
    }
    const opened = await PodPort.open(run.cluster, run.settings.testNamespace, podName, port)
    run.ports.push(opened)
    return opened.url
  }

  return {
    name: appName,
    appId: name,
    url: `http://${name}:${appPort}`,
    ...(daprEnabled && {
      sidecar: {
        http: `http://127.0.0.1:${sidecarPorts.http}`,
        grpc: `http://127.0.0.1:${sidecarPorts.grpc}`,
        apiToken: apiTokenOf(app),
        acquireExternalURL: (port) => once(port, () => forward(sidecarPorts[port])),
      },
    }),

    async acquireExternalURL() {
      if (!ingressEnabled)
        throw new InputError(`${appName} can't be reached from outside: set ingressEnabled`)
      return once('app', () =>
        reachApp({
          appName,
          services: run.services,
          nodeAddress: run.settings.nodeAddress,
          forwardPort: () => forward(appPort),
          note: (what) => run.report({ kind: 'note', what }),
          signal: run.signal,
        }),
      )
    },

    async lastLines() {
      const containers = own().flatMap((pod) =>
        containerStatuses(pod).map((status) => run.logs.lastLines(nameOf(pod), status.name)),
      )
      return (await Promise.all(containers)).join('\n')
    },
  }
}
