import type { Result } from '../results/schema.js'

/**
 * What may differ between comparable runs: Dapr itself, and what says nothing of the figures, or says it for one run only.
 * All else has to be the same, fields of later versions included.
 */
const mayDiffer = ['programs.daprd', 'host.loadAverage', 'cluster.namespace']

/**
 * A run's environment without what may differ. A program is known by its sum or its digest, wherever it was; components by
 * their names; a node by its type, if that is known; and the run's own name and ports are the same in all runs.
 */
export function comparableEnvironment({ environment, run }: Result): unknown {
  if (!environment) return undefined
  const { programs, cluster, dapr } = environment
  return plain(
    {
      ...environment,
      programs: {
        ...programs,
        fortio: programs.fortio && program(programs.fortio),
        apps: mapFields(programs.apps, ({ files, ...app }) => ({
          ...program(app),
          ...(files && { files: files.map(program) }),
        })),
      },
      ...(cluster && { cluster: { ...cluster, nodes: cluster.nodes.map(node).sort(byText) } }),
      dapr: {
        ...dapr,
        components: Object.fromEntries(
          dapr.components.map(({ name, metadata, ...component }) => [
            name,
            { ...component, metadata: metadata && mapFields(metadata, (value) => ofAnyRun(value, run)) },
          ]),
        ),
      },
    },
    [],
  )
}

interface Program {
  path?: string | undefined
  sha256?: string | undefined
  image?: string | undefined
  imageID?: string | undefined
}

function program<P extends Program>({ path, image, ...rest }: P) {
  return {
    ...rest,
    ...(path !== undefined && rest.sha256 === undefined && { path }),
    ...(image !== undefined && !rest.imageID && { image }),
  }
}

type Node = NonNullable<NonNullable<Result['environment']>['cluster']>['nodes'][number]

const node = ({ name, ...rest }: Node) => (rest.instanceType ? rest : { name, ...rest })

const byText = (one: unknown, other: unknown) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)

/** A component's keys begin with the name of the run, and what it starts itself listens on one of the ports 20000 to 31999. */
function ofAnyRun(value: string, run: string): string {
  if (run && value.toLowerCase() === run.toLowerCase()) return "the run's name"
  return value.replace(/^127\.0\.0\.1:(?:2\d|3[01])\d{3}$/, "127.0.0.1, a port of the run's own")
}

/** As JSON has it: without undefined fields, and without what may differ. */
function plain(value: unknown, path: string[]): unknown {
  if (Array.isArray(value)) return value.map((entry) => plain(entry, [...path, '[]']))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) => {
      const own = [...path, name]
      return field === undefined || mayDiffer.includes(own.join('.')) ? [] : [[name, plain(field, own)]]
    }),
  )
}

const mapFields = <T, U>(fields: Record<string, T>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, change(value)]))
