import type { Result } from '../results/schema.js'
import { ofAnyRun } from './of-any-run.js'

type Environment = NonNullable<Result['environment']>

/**
 * An environment in which the same things are equal, whatever they are called. A program is known by its sum or its digest,
 * wherever it was; components by their names; a node by its type, if that is known; and the run's own name and ports are
 * the same in all runs.
 *
 * @param environment without what is not compared
 * @param run the name of the run
 */
export function comparableEnvironment(environment: Environment, run: string): unknown {
  const { programs, cluster, dapr } = environment
  return {
    ...environment,
    programs: {
      ...programs,
      ...(programs.fortio && { fortio: program(programs.fortio) }),
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
  }
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

type Node = NonNullable<Environment['cluster']>['nodes'][number]

const node = ({ name, ...rest }: Node) => (rest.instanceType ? rest : { name, ...rest })

const byText = (one: unknown, other: unknown) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)

const mapFields = <T, U>(fields: Record<string, T>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, change(value)]))
