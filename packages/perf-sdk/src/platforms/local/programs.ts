import { isAbsolute, join } from 'node:path'
import type { Daprd } from '@dapr-perf/dapr'
import { fortioFolder } from '@dapr-perf/perf-apps'
import type { App } from '../../description/app.js'
import { testerName } from '../../description/apps.js'
import type { Programs } from '../../model/environment.js'
import { sha256Of } from '../../process/file-sum.js'
import { givenVariables } from '../given-variables.js'
import { commandOf } from './local-app.js'

/**
 * What is measured on this machine. daprd has some 200 MB, so its sum takes a moment.
 *
 * @param daprd with the file that is run, which is a copy of it
 */
export async function localPrograms(
  apps: App[],
  daprd: (Daprd & { file: string }) | undefined,
  caseFolder: string,
): Promise<Programs> {
  const hasTester = apps.some(({ appName }) => appName === testerName)
  const described = apps.map(async (app) => [app.appName, await localProgram(app, caseFolder)] as const)
  return {
    ...(daprd && {
      daprd: {
        version: daprd.version,
        source: daprd.source,
        ...(await identityOfFile(daprd.file)),
        path: daprd.path,
      },
    }),
    ...(hasTester && { fortio: await identityOfFile(join(fortioFolder(), 'fortio')) }),
    apps: Object.fromEntries(await Promise.all(described)),
  }
}

async function localProgram(app: App, caseFolder: string): Promise<Programs['apps'][string]> {
  const { file, args } = commandOf(app)
  const words = app.imageName ? args : [file, ...args]
  const paths = words.map((word) => (isAbsolute(word) ? word : join(caseFolder, word)))
  const files = await Promise.all(paths.map(identityOfFile))
  return {
    files: files.filter(({ sha256 }) => sha256 !== undefined),
    ...(app.imageName && { node: process.versions.node }),
    ...givenVariables(app),
  }
}

async function identityOfFile(path: string) {
  const sha256 = await sha256Of(path)
  return { path, ...(sha256 && { sha256 }) }
}
