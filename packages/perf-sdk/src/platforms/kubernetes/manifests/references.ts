import type { DaprObject } from './manifests.js'

/** The names that components and apps of a case have in a run. */
export interface NamesOfCase {
  components: string[]
  apps: string[]
  /** A name in the run. */
  of(name: string): string
}

type Fields = Record<string, unknown>

/** Fields of a state store's metadata that name a pub/sub component, in lower case. */
const pubsubFields = ['outboxpublishpubsub', 'outboxpubsub']

/** A resource of Dapr that names components and apps as the run does, wherever it refers to them. */
export function withNamesOfRun<T extends DaprObject>(object: T, names: NamesOfCase): T {
  const component = (name: unknown) => (isOneOf(names.components, name) ? names.of(name) : name)
  const app = (name: unknown) => (isOneOf(names.apps, name) ? names.of(name) : name)
  const { auth } = object as { auth?: Fields }
  const spec = object.spec as Fields
  switch (object.kind) {
    case 'Component':
      return {
        ...object,
        spec: changed(spec, 'metadata', (fields) =>
          each(fields, (field) =>
            pubsubFields.includes(String(field.name).toLowerCase())
              ? changed(field, 'value', component)
              : field,
          ),
        ),
        ...(auth && { auth: changed(auth, 'secretStore', component) }),
      }
    case 'Resiliency': {
      const targets = (fields: unknown) =>
        changed(
          changed(fields as Fields, 'apps', (of) => renamed(of, app)),
          'components',
          (of) => renamed(of, component),
        )
      return { ...object, spec: changed(spec, 'targets', targets) }
    }
    case 'Subscription':
      return { ...object, spec: changed(spec, 'pubsubname', component) }
    case 'Configuration': {
      const handlers = (pipeline: unknown) =>
        changed(pipeline as Fields, 'handlers', (list) =>
          each(list, (handler) => changed(handler, 'name', component)),
        )
      const scopes = (secrets: unknown) =>
        changed(secrets as Fields, 'scopes', (list) =>
          each(list, (scope) => changed(scope, 'storeName', component)),
        )
      const policies = (control: unknown) =>
        changed(control as Fields, 'policies', (list) =>
          each(list, (policy) => changed(policy, 'appId', app)),
        )
      const piped = changed(changed(spec, 'httpPipeline', handlers), 'appHttpPipeline', handlers)
      return {
        ...object,
        spec: changed(changed(piped, 'secrets', scopes), 'accessControl', policies),
      }
    }
    default:
      return object
  }
}

const isOneOf = (known: string[], name: unknown): name is string => known.includes(name as string)

/** Fields with another value of one of them, if that is there. */
const changed = (fields: Fields, name: string, change: (value: unknown) => unknown): Fields =>
  fields[name] === undefined || fields[name] === null ? fields : { ...fields, [name]: change(fields[name]) }

const each = (list: unknown, change: (entry: Fields) => Fields) => (list as Fields[]).map(change)

const renamed = (fields: unknown, change: (name: string) => unknown) =>
  Object.fromEntries(Object.entries(fields as Fields).map(([name, value]) => [change(name), value]))
