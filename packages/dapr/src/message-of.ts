/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  // Node's error for a host with several addresses has no message of its own.
  if (error instanceof AggregateError && !error.message) return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
