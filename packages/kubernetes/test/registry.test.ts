import { writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import os from 'node:os'
import { text } from 'node:stream/consumers'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseImageReference } from '../src/image-reference.js'
import { findInRegistry } from '../src/registry.js'
import { basic, loggedOut, passwordRegistry, registry } from './registry.js'

// In a container the user may be one that /etc/passwd does not have.
const userInfo = vi.spyOn(os, 'userInfo').mockImplementation(() => {
  throw new Error('uv_os_get_passwd returned ENOENT')
})
syncBuiltinESMExports()
afterAll(() => {
  userInfo.mockRestore()
  syncBuiltinESMExports()
})

let home = ''

beforeEach(() => {
  home = loggedOut()
})

describe('an image in a registry', () => {
  it('is there, or missing, by its name and tag', async () => {
    const host = await registry((request, response) => {
      response.statusCode = request.url === '/v2/me/perf-tester/manifests/dev' ? 200 : 404
      response.setHeader('docker-content-digest', 'sha256:1234')
      response.end()
    })
    expect(await findInRegistry(`${host}/me/perf-tester:dev`)).toEqual({ is: 'there', digest: 'sha256:1234' })
    expect(await findInRegistry(`${host}/me/perf-tester:other`)).toEqual({ is: 'missing' })
  })

  it('is looked for with a token for anonymous pulls, where the registry wants one', async () => {
    const host = await registry((request, response) => {
      const url = new URL(request.url as string, `http://${request.headers.host}`)
      if (url.pathname === '/token' && url.searchParams.get('scope') === 'repository:perf-tester:pull') {
        response.end('{"token":"anonymous"}')
      } else {
        response.statusCode = request.headers.authorization === 'Bearer anonymous' ? 200 : 401
        const realm = `http://${request.headers.host}/token`
        response.setHeader('www-authenticate', `Bearer realm="${realm}",service="here"`)
        response.end()
      }
    })
    expect(await findInRegistry(`${host}/perf-tester:dev`)).toMatchObject({ is: 'there' })
  })

  it('is unknown where the registry requires authentication', async () => {
    const host = await registry((_, response) => {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="here"' }).end()
    })
    const reason = 'the registry requires authentication'
    expect(await findInRegistry(`${host}/perf-tester:dev`)).toEqual({ is: 'unknown', reason })
  })

  it('is unknown where the registry does not answer in time', async () => {
    const host = await registry(() => {})
    const reason = 'the registry did not answer within 0.1 s'
    expect(await findInRegistry(`${host}/perf-tester:dev`, 100)).toEqual({ is: 'unknown', reason })
  })

  it('is unknown where the registry cannot be reached', async () => {
    const reason = 'the registry cannot be reached: ECONNREFUSED'
    expect(await findInRegistry('127.0.0.1:1/perf-tester:dev')).toEqual({ is: 'unknown', reason })
  })
})

describe('a private registry is asked with the login of the user', () => {
  it.each([
    ['.docker/config.json', (host: string) => ({ auths: { [host]: { auth: btoa('me:pass:word') } } })],
    [
      '.config/containers/auth.json',
      (host: string) => ({ auths: { [host]: { auth: btoa('me:pass:word') } } }),
    ],
    [
      '.docker/config.json',
      (host: string) => ({
        auths: {
          [`http://${host}/v2/`]: { auth: btoa('me:pass:word') },
          'ghcr.io': { auth: btoa('other:login') },
        },
      }),
    ],
    [
      '.config/containers/auth.json',
      (host: string) => ({
        auths: { [host]: { auth: btoa('other:login') }, [`${host}/team`]: { auth: btoa('me:pass:word') } },
      }),
    ],
  ])('in %s', async (file, content) => {
    const host = await passwordRegistry('me', 'pass:word')
    writeFileSync(`${home}/${file}`, JSON.stringify(content(host)))
    expect(await findInRegistry(`${host}/team/app:there`)).toMatchObject({ is: 'there' })
    expect(await findInRegistry(`${host}/team/app:other`)).toEqual({ is: 'missing' })
  })

  it('in the file that REGISTRY_AUTH_FILE names, and in UTF-8', async () => {
    const host = await passwordRegistry('me', 'pässwörd')
    const auth = Buffer.from('me:pässwörd').toString('base64')
    writeFileSync(`${home}/login.json`, JSON.stringify({ auths: { [host]: { auth } } }))
    process.env.REGISTRY_AUTH_FILE = `${home}/login.json`
    expect(await findInRegistry(`${host}/app:there`)).toMatchObject({ is: 'there' })
  })

  it('which it may refuse', async () => {
    const host = await passwordRegistry('me', 'new')
    const auths = { [host]: { auth: btoa('me:old') } }
    writeFileSync(`${home}/.docker/config.json`, JSON.stringify({ auths }))
    const reason = 'the registry refuses the stored login'
    expect(await findInRegistry(`${host}/app:there`)).toEqual({ is: 'unknown', reason })
  })

  it.each(['', '{', '[]', '{"auths":{"HOST":{}}}', '{"auths":{"HOST":{"auth":"%%"}}}'])(
    'unless there is none: %s',
    async (content) => {
      const host = await passwordRegistry('me', 'secret')
      writeFileSync(`${home}/.docker/config.json`, content.replace('HOST', host))
      const reason = 'the registry requires authentication'
      expect(await findInRegistry(`${host}/app:there`)).toEqual({ is: 'unknown', reason })
    },
  )

  it.each([
    ['auth', btoa('me:secret'), { method: 'GET', authorization: basic('me', 'secret'), form: '' }],
    [
      'identitytoken',
      'refresh me',
      {
        method: 'POST',
        authorization: undefined,
        form: 'service=here&scope=repository%3Aapp%3Apull&grant_type=refresh_token&client_id=dapr-perf&refresh_token=refresh+me',
      },
    ],
  ])('for a token, with its %s', async (key, value, expected) => {
    const asked: unknown[] = []
    const host = await registry(async (request, response) => {
      const { method, headers, url = '' } = request
      if (url.startsWith('/token')) {
        asked.push({ method, authorization: headers.authorization, form: await text(request) })
        response.end('{"access_token":"for me"}')
      } else {
        response.statusCode = headers.authorization === 'Bearer for me' ? 200 : 401
        response.setHeader('www-authenticate', `Bearer realm="http://${headers.host}/token",service="here"`)
        response.end()
      }
    })
    writeFileSync(`${home}/.docker/config.json`, JSON.stringify({ auths: { [host]: { [key]: value } } }))
    expect(await findInRegistry(`${host}/app:there`)).toMatchObject({ is: 'there' })
    expect(asked).toEqual([expected])
  })

  it('which is not given to a server that anybody could listen to', async () => {
    const host = await registry(({ headers }, response) => {
      expect(headers.authorization).toBeUndefined()
      response
        .writeHead(401, { 'www-authenticate': 'Bearer realm="http://token.invalid/",service="x"' })
        .end()
    })
    const auths = { [host]: { auth: btoa('me:secret') } }
    writeFileSync(`${home}/.docker/config.json`, JSON.stringify({ auths }))
    const reason = 'the registry refuses the stored login'
    expect(await findInRegistry(`${host}/app:there`)).toEqual({ is: 'unknown', reason })
  })
})

it.each([
  ['localhost:5000/perf-tester:dev', 'localhost:5000', 'perf-tester', 'dev'],
  ['ghcr.io/me/app@sha256:0123', 'ghcr.io', 'me/app', 'sha256:0123'],
  ['ghcr.io/me/app:1@sha256:0123', 'ghcr.io', 'me/app', 'sha256:0123'],
  ['registry.example.com:5000/app', 'registry.example.com:5000', 'app', 'latest'],
  ['docker.io/redis:7', 'docker.io', 'library/redis', '7'],
  ['me/app:1', 'docker.io', 'me/app', '1'],
  ['redis', 'docker.io', 'library/redis', 'latest'],
])('%s is read as the image of %s, %s, %s', (reference, host, name, version) => {
  expect(parseImageReference(reference)).toEqual({ host, name, version })
})
