import { resolve } from 'node:path'
import type { Command } from 'commander'
import { type CaseFolder, casesOfFolder, findCases } from 'perf-sdk/runner'

export interface CasesFlag {
  cases?: string
}

export function addCasesOption(command: Command): void {
  command.option(
    '--cases <folder>',
    'the folder with NAME/case.ts; by default the nearest folder named tests',
  )
}

/** The cases of the flag's folder, else those of the working folder or of its nearest parent that has some. */
export const casesOf = ({ cases }: CasesFlag): CaseFolder =>
  cases === undefined ? findCases(process.cwd()) : casesOfFolder(resolve(cases))
