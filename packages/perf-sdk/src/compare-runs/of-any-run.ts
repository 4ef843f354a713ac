/** On this machine, what a run starts listens on one of these ports. */
const ownPort = /\b127\.0\.0\.1:(?:2\d|3[01])\d{3}\b/

/** A recorded value as it is in every run: names and ports of the run's own are the same text. */
export function ofAnyRun<T>(value: T, run: string): T | string {
  if (typeof value !== 'string') return value
  if (run && value.toLowerCase() === run.toLowerCase()) return "the run's name"
  return value.replace(ownPort, "127.0.0.1, a port of the run's own")
}
