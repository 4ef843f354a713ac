import { type GoOptions, runGo } from '../build/go.js'
import { messageOf } from '../message-of.js'

/** What Go wrote into a program about how it was built. */
export interface BuildInfo {
  /** Such as `go1.26.8`. */
  goVersion: string
  /** The module that it was built in. */
  mainModule: string
  /** Flags and variables, such as `-tags` and `GOAMD64`. */
  settings: Map<string, string>
  /** Modules that were built from folders outside of the main module's, by a workspace or a replace line. */
  localModules: string[]
}

/** What Go wrote into a program, or else why it can't be read. */
export async function readBuildInfo(path: string, options: GoOptions): Promise<BuildInfo | string> {
  // Any Go can read it: a go.mod beside the program, which may ask for a newer one, doesn't matter.
  const env = { ...options.env, GOTOOLCHAIN: 'local' }
  try {
    return parseBuildInfo(await runGo(['version', '-m', path], { ...options, env }))
  } catch (error) {
    options.signal?.throwIfAborted()
    return messageOf(error)
  }
}

/** @param printed by `go version -m` for one program: a line with its path and Go's version, and fields after tabs */
export function parseBuildInfo(printed: string): BuildInfo {
  const [first = '', ...lines] = printed.split('\n')
  const fields = lines.map((line) => line.trim().split('\t'))
  const settings = fields.flatMap(([kind, setting = '']) => (kind === 'build' ? [splitSetting(setting)] : []))
  return {
    goVersion: first.slice(first.lastIndexOf(': ') + 2),
    mainModule: fields.find(([kind]) => kind === 'mod')?.[1] ?? '',
    settings: new Map(settings),
    localModules: localModulesOf(fields),
  }
}

function localModulesOf(fields: string[][]): string[] {
  return fields.flatMap(([kind, path = '', version = ''], index) => {
    if (kind !== 'dep') return []
    const [next, replacement = ''] = fields[index + 1] ?? []
    const isOutside = next === '=>' ? /^(\.\.)?\//.test(replacement) : version === '(devel)'
    return isOutside ? path : []
  })
}

/** Name and value of `-tags=allcomponents`. Of linker flags, versions are left out: they are the programs' own. */
function splitSetting(setting: string): [string, string] {
  const end = setting.indexOf('=')
  const [name, quoted] = [setting.slice(0, end), setting.slice(end + 1)]
  const value = /^"(.*)"$/.exec(quoted)?.[1] ?? quoted
  return [
    name,
    name === '-ldflags'
      ? value
          .replaceAll(/-X[ =]\S+/g, '')
          .replaceAll(/ +/g, ' ')
          .trim()
      : value,
  ]
}
