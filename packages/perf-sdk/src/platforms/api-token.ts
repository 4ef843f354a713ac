import { InputError } from '@dapr-perf/errors'
import type { App } from '../description/app.js'

/** The variable with which daprd requires a token of each request to its API. */
const variable = 'DAPR_API_TOKEN'

/**
 * The token that an app's sidecar requires of each request; undefined if it requires none.
 *
 * @throws InputError if no request can carry it
 */
export function apiTokenOf({ appName, daprEnv }: Pick<App, 'appName' | 'daprEnv'>): string | undefined {
  const token = daprEnv[variable]
  if (!token) return undefined
  if (/^[!-~]([ -~]*[!-~])?$/.test(token)) return token
  throw new InputError(
    `${appName}'s sidecar: no request can carry this ${variable} in a header: ` +
      'set one of visible ASCII characters, without spaces around it',
  )
}
