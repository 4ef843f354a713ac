import { InputError } from '@dapr-perf/errors'
import { type App, sidecarVariable } from '../description/app.js'
import { flagsWithoutEffect } from '../description/sidecar-flags.js'
import type { Environment } from '../model/environment.js'
import { apiTokenOf } from '../platforms/api-token.js'

/**
 * Checks that the sidecars of a case will have the variables and the flags that they are given, before anything starts.
 *
 * @throws InputError that names each variable and flag that would not be in effect on the platform
 */
export function checkSidecars(apps: App[], platform: Environment['platform']): void {
  for (const { appName, daprEnv, daprArgs } of apps.filter(({ daprEnabled }) => daprEnabled)) {
    apiTokenOf({ appName, daprEnv }) // throws
    const ofVariables = platform === 'kubernetes' ? variableProblems(daprEnv) : []
    const ofFlags = flagsWithoutEffect(daprArgs, platform).map(({ name, reason }) => `--${name}: ${reason}`)
    const problems = [...ofVariables, ...ofFlags].map((problem) => `${appName}'s sidecar: ${problem}`)
    if (problems.length > 0) throw new InputError(problems.join('\n'))
  }
}

/** Dapr would give a sidecar other values. They may be secret, and are not shown. */
function variableProblems(variables: App['daprEnv']): string[] {
  return Object.entries(variables).flatMap(([name, value]) => {
    const { error } = sidecarVariable.safeParse(value)
    return error ? [`${name}: ${error.issues[0]?.message}`] : []
  })
}
