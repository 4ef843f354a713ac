import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { locateDaprd } from '@dapr-perf/dapr'
import { afterAll } from 'vitest'
import type { AppDescription } from '../../src/description/app.js'
import { localPlatform } from '../../src/platforms/local/local-platform.js'
import { describePlatform } from '../platform-contract.js'

// Runs are recorded there: what others of this user have left over is not for this test to stop.
const stateFolder = mkdtempSync(join(tmpdir(), 'dapr-perf-state-'))
process.env.XDG_STATE_HOME = stateFolder
afterAll(() => rmSync(stateFolder, { recursive: true }))

const server = `
const { HOST, PORT } = process.env
require('node:http').createServer((request, response) => response.end()).listen(Number(PORT), HOST)
`
const appOf = (appName: string, ingressEnabled: boolean): AppDescription => ({
  appName,
  command: [process.execPath, '-e', server],
  daprEnabled: true,
  ingressEnabled,
})

describePlatform('the local platform', {
  platform: async () => localPlatform,
  apps: [appOf('outer', true), appOf('inner', false)],
  daprd: async () => (await locateDaprd({ env: process.env })).path,
  timeout: 120_000,
})
