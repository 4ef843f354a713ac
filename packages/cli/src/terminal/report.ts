import { Heartbeat } from './heartbeat.js'

const heartbeat = new Heartbeat((line) => console.error(line))

/** Something begins: it is printed every 10 s while nothing else is said. */
export const expectToWait = (what: string) => heartbeat.beat(what)

/** Prints what begins or was done; every 10 s again while nothing else is said. */
export function report(line: string): void {
  console.error(line)
  heartbeat.beat(line)
}
