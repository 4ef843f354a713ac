import { type App, nameInCase } from '../case/app.js'
import { maskSecrets } from '../results/mask-secrets.js'
import type { Programs } from '../results/schema.js'

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
