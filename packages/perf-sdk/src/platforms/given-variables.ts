import { type App, nameInCase } from '../description/app.js'
import type { Programs } from '../model/environment.js'
import { maskSecrets } from './mask-secrets.js'

/** The environment variables that the case gives an app and its sidecar, for the results. */
export function givenVariables({
  appEnv,
  daprEnabled,
  daprEnv,
}: App): Pick<Programs['apps'][string], 'env' | 'daprEnv'> {
  const env = Object.entries(appEnv).map(([name, value]) => [name, nameInCase(value)])
  return {
    env: maskSecrets(Object.fromEntries(env)),
    ...(daprEnabled && { daprEnv: maskSecrets(daprEnv) }),
  }
}
