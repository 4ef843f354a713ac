import { InputError } from '@dapr-perf/errors'
import { z } from 'zod'

/** The error of a stored file that can't be read: its path, and the first thing that is wrong, in one line. */
export function unreadable(file: string, error: unknown): InputError {
  return new InputError(`${file}: ${reasonOf(error).replaceAll(/\s*\n\s*/g, ' ')}`, { cause: error })
}

function reasonOf(error: unknown): string {
  const issue = error instanceof z.ZodError ? error.issues[0] : undefined
  if (!issue) return (error as Error).message
  return issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message
}
