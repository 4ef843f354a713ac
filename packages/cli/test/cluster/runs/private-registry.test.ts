import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../cli.js'
import { daprPerf, kubectl, run } from '../cluster.js'
import { namespace, prepareCluster, restoreCluster, startRun } from '../running.js'

beforeAll(prepareCluster, 60_000)
afterAll(restoreCluster, 120_000)

const registry = 'localhost:5001'
const [user, password] = ['somebody', 'secret']
const bcryptOfPassword = '$2b$05$0BJtMsi7HYZ/FN6cLgpKz.534zH4Q4W63fsEaFDEEwxANcp/aldbS'

/** Starts a registry that asks for a password. @returns the file with which builders log in there */
async function privateRegistry(): Promise<string> {
  const folder = temporaryFolder()
  const [users, config, login] = ['users', 'config.yml', 'login.json'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  writeFileSync(users, `${user}:${bcryptOfPassword}\n`)
  const settings = {
    version: '0.1',
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: join(folder, 'images') } },
    http: { addr: registry },
    auth: { htpasswd: { realm: 'test', path: users } },
  }
  writeFileSync(config, JSON.stringify(settings))
  const server = execa('docker-registry', ['serve', config], { reject: false })
  onTestFinished(async () => {
    server.kill()
    await server
  })
  const logIn = ['login', '--tls-verify=false', '--authfile', login, '-u', user, '-p', password, registry]
  await expect.poll(() => run('buildah', logIn), { timeout: 20_000 }).toContain('Login Succeeded')
  return login
}

it('images are taken from a registry that asks for a password, with the Secret that is named', async () => {
  const login = await privateRegistry()
  const env = { DAPR_TEST_REGISTRY: registry }
  await daprPerf(['push-perf-app', 'all'], { ...env, REGISTRY_AUTH_FILE: login })

  const withLogin = { ...env, REGISTRY_AUTH_FILE: login }
  const missing = startRun({ env: { ...withLogin, DAPR_TEST_TAG: 'nothing-here' } })
  expect(await missing.ended, missing.stderr).toBe(1)
  expect(missing.stderr).toContain(`not in the registry: ${registry}/perf-`)

  const refused = startRun({ env })
  expect(await refused.ended, refused.stderr).toBe(1)
  expect(refused.stderr).toMatch(/its image localhost:5001\/perf-\S+ can't be pulled \(.*\)/s)
  expect(refused.stderr).toContain('DAPR_TEST_REGISTRY_SECRET')

  const secret = 'private-registry'
  const credentials = [`--docker-username=${user}`, `--docker-password=${password}`]
  const server = `--docker-server=${registry}`
  await kubectl('create', 'secret', 'docker-registry', secret, '-n', namespace, server, ...credentials)
  const cli = startRun({ env: { ...env, DAPR_TEST_REGISTRY_SECRET: secret } })
  await cli.printed('apps are ready')
  cli.kill('SIGINT')
  expect(await cli.ended, cli.stderr).toBe(130)
})
