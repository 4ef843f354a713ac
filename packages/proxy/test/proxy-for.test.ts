import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { proxyFor } from '../src/proxy-for.js'

const proxy = 'http://proxy.example.com:3128'

describe('the proxy of the environment', () => {
  it.each([
    ['https://ghcr.io/v2/', { HTTPS_PROXY: proxy }],
    ['https://ghcr.io/v2/', { https_proxy: proxy }],
    ['https://ghcr.io/v2/', { HTTPS_PROXY: 'proxy.example.com:3128' }],
    ['http://registry.example.com:5000', { http_proxy: proxy }],
    ['https://10.96.0.1', { HTTPS_PROXY: proxy, NO_PROXY: '10.97.0.0/16,10.96.0.10' }],
    ['https://notexample.com', { HTTPS_PROXY: proxy, NO_PROXY: 'example.com' }],
    ['https://example.com', { HTTPS_PROXY: proxy, NO_PROXY: '.example.com' }],
    ['https://example.com', { HTTPS_PROXY: proxy, NO_PROXY: 'example.com:8443' }],
    ['https://example.com', { HTTPS_PROXY: proxy, NO_PROXY: 'example.com/x,999.0.0.0/8,[::1,:443,' }],
  ])('is what %s goes through with %o', (url, env) => {
    expect(proxyFor(url, env)).toBe(proxy)
  })

  it.each([
    ['https://ghcr.io/v2/', { HTTP_PROXY: proxy }],
    ['https://ghcr.io/v2/', { HTTPS_PROXY: '' }],
    ['https://ghcr.io/v2/', { HTTPS_PROXY: proxy, NO_PROXY: '*' }],
    ['https://api.example.com:6443', { HTTPS_PROXY: proxy, no_proxy: 'other, EXAMPLE.com' }],
    ['https://api.example.com', { HTTPS_PROXY: proxy, NO_PROXY: '*.example.com' }],
    ['https://api.example.com', { HTTPS_PROXY: proxy, NO_PROXY: 'api.example.com:443' }],
    ['https://10.96.7.1:6443', { HTTPS_PROXY: proxy, NO_PROXY: '192.168.0.0/16,10.96.0.0/16' }],
    ['https://[fd00::7]:6443', { HTTPS_PROXY: proxy, NO_PROXY: 'fd00::/8' }],
    ['https://[2001:db8::1]', { HTTPS_PROXY: proxy, NO_PROXY: '2001:db8::1' }],
  ])('is not for %s with %o', (url, env) => {
    expect(proxyFor(url, env)).toBeUndefined()
  })

  it.each(['http://localhost:5000', 'http://127.0.0.1:1', 'http://127.8.0.1', 'http://[::1]:8080'])(
    'is not for %s: it is this machine',
    (url) => {
      expect(proxyFor(url, { HTTP_PROXY: proxy })).toBeUndefined()
    },
  )

  it('must be an address; a password is not shown', () => {
    expect(() => proxyFor('https://ghcr.io', { HTTPS_PROXY: 'ftp://me:secret@proxy:21' })).toThrow(
      'HTTPS_PROXY=ftp://proxy:21: expected the address of a proxy',
    )
    expect(() => proxyFor('http://ghcr.io', { HTTP_PROXY: 'http://' })).toThrow(
      'HTTP_PROXY=http://: expected',
    )
  })
})

it('turbo hands the variables on, to Go and Node alike', () => {
  const { globalPassThroughEnv } = JSON.parse(
    readFileSync(`${import.meta.dirname}/../../../turbo.json`, 'utf8'),
  )
  const variables = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()])
  expect(globalPassThroughEnv).toEqual(
    expect.arrayContaining([...variables, 'SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS']),
  )
})
