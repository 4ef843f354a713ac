import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, temporaryFolder } from './cli.js'

/** A project of one case: a copy under another name. */
export function copiedCase(name: string, edit = (text: string) => text): string {
  const project = temporaryFolder()
  const folder = join(project, 'tests', name)
  cpSync(join(root, 'tests/service_invocation_http'), folder, { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'))
  const file = join(folder, 'case.ts')
  writeFileSync(file, edit(readFileSync(file, 'utf8')))
  return project
}
