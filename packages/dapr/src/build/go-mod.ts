import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type GoOptions, runGo } from './go.js'

/** What a go.mod says. */
export interface GoMod {
  /** The module's name, such as `github.com/dapr/dapr`. */
  path: string
  /** The folders that replace modules, as they are written. */
  folders: string[]
}

/** Reads the go.mod of a folder, as go reads it. @throws DaprPerfError where go can't */
export async function readGoMod(options: GoOptions): Promise<GoMod> {
  const printed = await runGo(['mod', 'edit', '-json'], options)
  const { Module, Replace } = JSON.parse(printed) as Printed
  const folders = (Replace ?? []).flatMap(({ New }) => (New.Version ? [] : New.Path))
  return { path: Module.Path, folders }
}

/** Reads the text of a go.mod, as go reads it. @throws DaprPerfError where go can't */
export async function parseGoMod(text: string, options: Omit<GoOptions, 'cwd'>): Promise<GoMod> {
  const folder = await mkdtemp(join(tmpdir(), 'dapr-perf-go-'))
  try {
    await writeFile(join(folder, 'go.mod'), text)
    return await readGoMod({ ...options, cwd: folder })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Printed {
  Module: { Path: string }
  Replace: { New: { Path: string; Version?: string } }[] | null
}
