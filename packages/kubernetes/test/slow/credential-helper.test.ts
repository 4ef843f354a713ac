import { writeFileSync } from 'node:fs'
import { beforeEach, expect, it, vi } from 'vitest'
import { findInRegistry } from '../../src/registry.js'
import { loggedOut, passwordRegistry } from '../registry.js'

let home = ''

beforeEach(() => {
  home = loggedOut()
  vi.stubEnv('PATH', `${home}:${process.env.PATH}`)
})

/** A credential helper that knows one registry. */
function helper(name: string, host: string, login: object): void {
  const script = `#!/bin/sh
[ "$1" = get ] || exit 2
read -r server
[ "$server" = "${host}" ] || { echo 'credentials not found in native keychain'; exit 1; }
echo '${JSON.stringify(login)}'
`
  writeFileSync(`${home}/docker-credential-${name}`, script, { mode: 0o755 })
}

const configure = (config: object) => writeFileSync(`${home}/.docker/config.json`, JSON.stringify(config))

it.each([
  ['its own', (host: string) => ({ credHelpers: { [host]: 'vault' }, credsStore: 'not-there' })],
  ['the one for all', (host: string) => ({ credsStore: 'vault', auths: { [host]: {} } })],
])('a registry is asked with the login that a helper keeps: %s', async (_, config) => {
  const host = await passwordRegistry('me', 'secret')
  helper('vault', host, { ServerURL: host, Username: 'me', Secret: 'secret' })
  configure(config(host))
  expect(await findInRegistry(`${host}/app:there`)).toMatchObject({ is: 'there' })
  expect(await findInRegistry(`${host}/app:other`)).toEqual({ is: 'missing' })
})

it.each(['not-there', 'knows-another', '../../bin/sh', 'hangs'])(
  'a helper that gives no login does no harm: %s',
  async (credsStore) => {
    const host = await passwordRegistry('me', 'secret')
    helper('knows-another', 'ghcr.io', {})
    writeFileSync(`${home}/docker-credential-hangs`, '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 })
    configure({ credsStore })
    const { is } = await findInRegistry(`${host}/app:there`, 500)
    expect(is).toBe('unknown')
  },
)
