import type { Result } from '../results/schema.js'

/** In what two runs of a case differ besides Dapr, in words: then their figures can't be compared. */
export function otherDifferences(one: Result, other: Result): string[] {
  const facts: [string, (result: Result) => unknown][] = [
    ['the target rate', ({ params }) => params.qps],
    ['the arrivals', ({ params }) => params.arrivals],
    ['the connections', ({ params }) => params.connections],
    ['the payload', ({ params }) => params.payload],
    ['the payload size', ({ params }) => params.payloadSize],
    ['the duration', ({ params }) => params.duration],
    ['the number of rounds', ({ loads }) => Math.max(0, ...loads.map(({ round }) => round))],
    ['the platform', ({ environment }) => environment?.platform],
    [
      'the components',
      ({ environment }) =>
        environment &&
        (environment.dapr.components
          .map(({ name, type }) => `${name} ${type}`)
          .sort()
          .join(', ') ||
          'none'),
    ],
    [
      'the processors',
      ({ environment }) => environment?.host && `${environment.host.cores} × ${environment.host.cpuModel}`,
    ],
    ['the memory', ({ environment }) => environment?.host?.memoryBytes],
    ['the system', ({ environment }) => environment?.host?.os],
    ['Kubernetes', ({ environment }) => environment?.cluster?.kubernetes],
    [
      'the nodes',
      ({ environment }) =>
        environment?.cluster?.nodes
          .map(({ name, instanceType }) => instanceType ?? name)
          .sort()
          .join(', '),
    ],
    ['the load generator', ({ loads: [load] }) => load && `${load.engine.name} ${load.engine.version}`],
    ['the program of the load generator', ({ environment }) => programOf(environment?.programs.fortio)],
    [
      'the apps',
      ({ environment }) =>
        JSON.stringify(
          Object.entries(environment?.programs.apps ?? {}).map(([name, app]) => [
            name,
            app.node,
            app.imageID,
            app.files?.map(({ sha256 }) => sha256),
          ]),
        ),
    ],
  ]
  return facts.flatMap(([what, of]) => {
    const [before, after] = [of(one), of(other)]
    if (before === after) return []
    const isLong = [before, after].some((value) => String(value).length > 60)
    return [isLong ? `${what} are not the same` : `${what}: ${before ?? 'unknown'} and ${after ?? 'unknown'}`]
  })
}

const programOf = (program: { sha256?: string | undefined; imageID?: string | undefined } | undefined) =>
  program?.sha256 ?? program?.imageID
