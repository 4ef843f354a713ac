import { runVariable } from './run-record.js'

/** Where programs find each other and the user's folders, and in which language and time zone they write. */
const passedOn =
  /^(PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|LANG|LANGUAGE|LC_[A-Z]+|TZ|XDG_(CACHE|CONFIG|DATA|STATE)_HOME|XDG_RUNTIME_DIR)$/

/**
 * The environment of every process of a run, before what the platform and the case add. Whatever else is set in the user's
 * shell, such as GOGC, NODE_OPTIONS, HTTP_PROXY or DAPR_API_TOKEN, would change what is measured, and no result would
 * say so.
 */
export function cleanEnvironment(
  runId: string,
  env: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const kept = Object.entries(env).filter(([name, value]) => passedOn.test(name) && value !== undefined)
  return { ...(Object.fromEntries(kept) as Record<string, string>), [runVariable]: runId }
}
