import type { Result } from '../results/schema.js'
import { comparableEnvironment } from './comparable-environment.js'
import { differencesOf } from './differences-of.js'

/** In what two runs of a case differ besides Dapr, in words: then their figures can't be compared. */
export function otherDifferences(one: Result, other: Result): string[] {
  const loads: [string, (result: Result) => unknown][] = [
    ['the target rate', ({ params }) => params.qps],
    ['the arrivals', ({ params }) => params.arrivals],
    ['the connections', ({ params }) => params.connections],
    ['the payload', ({ params }) => params.payload],
    ['the payload size', ({ params }) => params.payloadSize],
    ['the duration', ({ params }) => params.duration],
    ['the number of rounds', ({ loads }) => Math.max(0, ...loads.map(({ round }) => round))],
    ['the load generator', ({ loads: [load] }) => load && `${load.engine.name} ${load.engine.version}`],
  ]
  const ofLoads = loads.flatMap(([what, of]) => differencesOf(of(one), of(other)).map(inWords(() => what)))
  if (!one.environment || !other.environment) {
    const isKnownOfOne = one.environment !== other.environment
    return isKnownOfOne ? [...ofLoads, 'the environment is known of one of them only'] : ofLoads
  }
  const [before, after] = [one, other].map(comparableEnvironment)
  return [...ofLoads, ...differencesOf(before, after).map(inWords(titleOf))]
}

/** What parts of the environment are called; all else is called by its path in result.json. */
const titles: Record<string, string> = {
  platform: 'the platform',
  'host.cpuModel': 'the processors',
  'host.cores': 'the number of processors',
  'host.memoryBytes': 'the memory',
  'host.os': 'the system',
  'cluster.kubernetes': 'Kubernetes',
  'cluster.context': 'the context of the cluster',
  'cluster.nodes': 'the nodes',
  'cluster.admission': 'what admission added to the pods',
  'programs.fortio': 'the program of the load generator',
  'programs.apps': 'the apps',
  'dapr.components': 'the components',
  'dapr.configuration': "Dapr's Configuration",
}

function titleOf(path: string[]): string {
  for (let length = path.length; length > 0; length--) {
    const title = titles[path.slice(0, length).join('.')]
    if (title) return [title, ...(length < path.length ? [path.slice(length).join('.')] : [])].join(', ')
  }
  return ['environment', ...path].join('.')
}

const inWords =
  (title: (path: string[]) => string) =>
  ({ path, before, after }: ReturnType<typeof differencesOf>[number]): string => {
    const [ones, others] = [textOf(before), textOf(after)]
    const isLong = [ones, others].some((text) => text.length > 60)
    return isLong ? `${title(path)}: not the same` : `${title(path)}: ${ones} and ${others}`
  }

function textOf(value: unknown): string {
  if (value === undefined) return 'absent'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
