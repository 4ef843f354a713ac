import { daprVersion } from '@dapr-perf/dapr'
import { InputError } from '@dapr-perf/errors'
import { type Command, InvalidArgumentError } from 'commander'
import {
  type AskedSide,
  flagProblem,
  readConfigurationFile,
  readResources,
  type SideSettings,
} from 'perf-sdk/runner'

const sideNames = ['a', 'b'] as const
type SideName = (typeof sideNames)[number]

/** The flags of both sides: `--a`, `--a-config`, … */
export type SideFlags = { [Flag in SideName | `${SideName}Config`]?: string } & {
  [Flag in `${SideName}${'Env' | 'Arg'}`]?: Record<string, string>
} & { [Flag in `${SideName}Component`]?: string[] }

export function addSideOptions(command: Command): void {
  command
    .option(
      '--a <daprd>',
      'a version, the path of a daprd, a checkout of dapr/dapr, or CHECKOUT@REF; on Kubernetes also an image with its tag or digest (default: the pinned version)',
    )
    .option('--b <daprd>', 'what is compared with it, likewise (default: as A, where B has other settings)')
  for (const side of sideNames) {
    const name = side.toUpperCase()
    command
      .option(`--${side}-config <file>`, `a Dapr Configuration, merged over that of the case, for ${name}`)
      .option(
        `--${side}-env <name=value>`,
        `an environment variable of ${name}'s sidecars; more than once for more`,
        variable,
      )
      .option(
        `--${side}-arg <name=value>`,
        `a flag of daprd for ${name}'s sidecars, such as app-max-concurrency=10; more than once for more`,
        flag,
      )
      .option(
        `--${side}-component <path>`,
        `Components, Resiliencies and Subscriptions for ${name}, a YAML file or a folder of them; a component replaces the one of the case that has its name; more than once for more`,
        (path: string, paths: string[] = []) => [...paths, path],
      )
  }
}

function variable(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError('expected NAME=VALUE, for example GOGC=50')
  return { ...before, [name]: value }
}

function flag(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError('expected NAME=VALUE, for example app-max-concurrency=10')
  const problem = flagProblem(name, value)
  if (problem) throw new InvalidArgumentError(`${name}: ${problem}`)
  return { ...before, [name]: value }
}

/** @throws InputError if a file can't be read, or nothing says what B is */
export async function sidesOf(flags: SideFlags): Promise<{ a: AskedSide; b: AskedSide }> {
  const { a: textOfA = await daprVersion(), b: textOfB = textOfA } = flags
  const a = { given: { label: '--a', text: textOfA }, settings: await settingsOf('a', flags) }
  const b = { given: { label: '--b', text: textOfB }, settings: await settingsOf('b', flags) }
  if (flags.b === undefined && [a, b].every(({ settings }) => isEmpty(settings)))
    throw new InputError(
      'what is compared with A? Give --b (a version, a path, a checkout, CHECKOUT@REF, or on Kubernetes an image), or settings of B such as --b-env GOGC=50',
    )
  return { a, b }
}

async function settingsOf(side: SideName, flags: SideFlags): Promise<SideSettings> {
  const { [`${side}Config` as const]: config, [`${side}Env` as const]: env = {} } = flags
  const { [`${side}Arg` as const]: args = {} } = flags
  const paths = flags[`${side}Component`] ?? []
  const resources = await Promise.all(paths.map((path) => readResources(path, `--${side}-component`)))
  return {
    configuration: config === undefined ? {} : await readConfigurationFile(config, `--${side}-config`),
    env,
    args,
    resources: resources.flat(),
  }
}

const isEmpty = (settings: SideSettings) =>
  Object.values(settings).every((one) => Object.keys(one).length === 0)
