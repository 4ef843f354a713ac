import { daprVersion } from '@dapr-perf/dapr'
import { InputError } from '@dapr-perf/errors'
import { type Command, InvalidArgumentError } from 'commander'
import { type AskedSide, readComponentFile, readConfigurationFile } from 'perf-sdk/runner'

/** The flags of one side, `--a-…` or `--b-…`. */
export interface SideFlags {
  a?: string
  b?: string
  aConfig?: string
  bConfig?: string
  aEnv: Record<string, string>
  bEnv: Record<string, string>
  aComponent: string[]
  bComponent: string[]
}

export function addSideOptions(command: Command): void {
  command
    .option(
      '--a <daprd>',
      'a version, the path of a daprd, a checkout of dapr/dapr, or CHECKOUT@REF (default: the pinned version)',
    )
    .option('--b <daprd>', 'what is compared with it, likewise (default: as A, where B has other settings)')
  for (const side of ['a', 'b']) {
    const name = side.toUpperCase()
    command
      .option(`--${side}-config <file>`, `a Dapr Configuration, merged over that of the case, for ${name}`)
      .option(
        `--${side}-env <name=value>`,
        `an environment variable of ${name}'s sidecars; more than once for more`,
        variable,
        {},
      )
      .option(
        `--${side}-component <file>`,
        `a component that replaces the one of its name, for ${name}; more than once for more`,
        (file: string, files: string[]) => [...files, file],
        [],
      )
  }
}

function variable(text: string, before: Record<string, string>): Record<string, string> {
  const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError('expected NAME=VALUE, for example GOGC=50')
  return { ...before, [name]: value }
}

/** @throws InputError if a file can't be read, or nothing says what B is */
export async function sidesOf(flags: SideFlags): Promise<{ a: AskedSide; b: AskedSide }> {
  const text = flags.a ?? (await daprVersion())
  const a = {
    given: { label: '--a', text },
    settings: {
      configuration: flags.aConfig ? await readConfigurationFile(flags.aConfig, '--a-config') : {},
      env: flags.aEnv,
      components: (
        await Promise.all(flags.aComponent.map((file) => readComponentFile(file, '--a-component')))
      ).flat(),
    },
  }
  const b = {
    given: { label: '--b', text: flags.b ?? text },
    settings: {
      configuration: flags.bConfig ? await readConfigurationFile(flags.bConfig, '--b-config') : {},
      env: flags.bEnv,
      components: (
        await Promise.all(flags.bComponent.map((file) => readComponentFile(file, '--b-component')))
      ).flat(),
    },
  }
  const isSaid = [
    flags.b,
    flags.bConfig,
    flags.aConfig,
    ...Object.keys(flags.bEnv),
    ...Object.keys(flags.aEnv),
    ...flags.bComponent,
    ...flags.aComponent,
  ]
  if (isSaid.every((one) => one === undefined))
    throw new InputError(
      'what is compared with A? Give --b (a version, a path, a checkout or CHECKOUT@REF), or settings of B such as --b-env GOGC=50',
    )
  return { a, b }
}
