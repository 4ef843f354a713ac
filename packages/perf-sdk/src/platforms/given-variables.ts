import { type App, nameInCase } from '../description/app.js'
import type { Programs } from '../model/environment.js'
import { maskSecrets } from './mask-secrets.js'

/** The environment variables that an app and its sidecar are given, and the flags of its sidecar, for the results. */
export function givenVariables({
  appEnv,
  daprEnabled,
  daprEnv,
  daprArgs,
}: App): Pick<Programs['apps'][string], 'env' | 'daprEnv' | 'daprArgs'> {
  const env = Object.entries(appEnv).map(([name, value]) => [name, nameInCase(value)])
  return {
    env: maskSecrets(Object.fromEntries(env)),
    ...(daprEnabled && { daprEnv: maskSecrets(daprEnv) }),
    // Results of earlier versions have none either.
    ...(daprEnabled && Object.keys(daprArgs).length > 0 && { daprArgs: maskSecrets(daprArgs) }),
  }
}
