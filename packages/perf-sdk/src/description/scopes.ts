/**
 * Why no sidecar of a case would load what has these scopes, in words that follow its name; undefined if one would.
 *
 * @param scopes names of apps; all apps if empty
 * @param sidecars the apps of the case that have a sidecar
 */
export function outOfScope(scopes: string[], sidecars: string[]): string | undefined {
  if (scopes.length === 0 || scopes.some((scope) => sidecars.includes(scope))) return undefined
  const known = sidecars.length > 0 ? sidecars.join(', ') : 'none'
  return `its scopes (${scopes.join(', ')}) name no app of the case that has a sidecar, which are: ${known}`
}
