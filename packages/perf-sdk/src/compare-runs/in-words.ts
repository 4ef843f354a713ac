import type { Difference } from './differences-of.js'

/** What parts of result.json are called; all else is called by its path. */
const titles: Record<string, string> = {
  'params.qps': 'the target rate',
  'params.arrivals': 'the arrivals',
  'params.connections': 'the connections',
  'params.payload': 'the payload',
  'params.payloadSize': 'the payload size',
  'params.duration': 'the duration',
  rounds: 'the number of rounds',
  cpuSource: 'where CPU times come from',
  'loads.engine': 'the load generator',
  'environment.platform': 'the platform',
  'environment.host.cpuModel': 'the processors',
  'environment.host.cores': 'the number of processors',
  'environment.host.memoryBytes': 'the memory',
  'environment.host.os': 'the system',
  'environment.cluster.kubernetes': 'Kubernetes',
  'environment.cluster.context': 'the context of the cluster',
  'environment.cluster.nodes': 'the nodes',
  'environment.cluster.admission': 'what admission added to the pods',
  'environment.programs.fortio': 'the program of the load generator',
  'environment.programs.apps': 'the apps',
  'environment.dapr.apps': 'the settings of the apps',
  'environment.dapr.components': 'the components',
  'environment.dapr.resources': 'the files of resources',
  'environment.dapr.configuration': "Dapr's Configuration",
}

/** A difference as one line; values that are long are left out. */
export function inWords({ path, before, after }: Difference): string {
  const title = titleOf(path)
  const [ones, others] = [textOf(before), textOf(after)]
  const isShort = [ones, others].every((text) => text.length <= 60)
  if (isShort) return `${title}: ${ones} and ${others}`
  const isOfOne = before === undefined || after === undefined
  return `${title}: ${isOfOne ? 'absent in one of them' : 'not the same'}`
}

function titleOf(path: string[]): string {
  for (let length = path.length; length > 0; length--) {
    const title = titles[path.slice(0, length).join('.')]
    if (title) return [title, ...(length < path.length ? [path.slice(length).join('.')] : [])].join(', ')
  }
  return path.join('.')
}

function textOf(value: unknown): string {
  if (value === undefined) return 'absent'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
