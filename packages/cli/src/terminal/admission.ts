import type { Result } from 'perf-sdk'

/** What the cluster's admission put into the pods besides what was sent; undefined if it is nothing, or not known. */
export function admissionLine(environment: Result['environment']): string | undefined {
  const ofApps = Object.entries(environment?.cluster?.admission ?? {})
  if (ofApps.length === 0) return undefined
  const apps = ofApps.map(([appName, changes]) => `${appName}: ${changes.join(', ')}`)
  return `the cluster's admission added to the pods, or changed in them, what was not asked for: ${apps.join('; ')}`
}
