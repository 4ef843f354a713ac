import { InputError } from '@dapr-perf/errors'
import type { V1Pod } from '@kubernetes/client-node'
import type { App } from '../../../description/app.js'
import { annotationOfFlag } from '../../../description/sidecar-flags.js'
import { appOf, sidecarOf } from '../pods/pod-state.js'

/**
 * Checks that sidecars were started with the flags that they were to have: an injector leaves out an annotation that it
 * doesn't know, and says nothing.
 *
 * @throws InputError that names the first one that a sidecar doesn't have
 */
export function checkFlags(apps: App[], pods: V1Pod[]): void {
  for (const { appName, daprArgs } of apps)
    for (const pod of pods.filter((one) => appOf(one) === appName)) {
      const { command = [], args = [] } = sidecarOf(pod) ?? {}
      for (const [name, value] of Object.entries(daprArgs)) {
        if (isGiven([...command, ...args], `--${name}`, value)) continue
        throw new InputError(
          `${appName}'s sidecar was started without --${name}=${value}: the injector of the installed Dapr ` +
            `makes nothing of dapr.io/${annotationOfFlag(name)}. Install a version of Dapr that does, or leave it out`,
        )
      }
    }
}

/** A flag that is true may stand alone, and one that is false may be absent. */
function isGiven(args: string[], flag: string, value: string): boolean {
  if (args.includes(`${flag}=${value}`)) return true
  const at = args.indexOf(flag)
  if (value === 'false') return at < 0
  return at >= 0 && (value === 'true' || args[at + 1] === value)
}
