import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadKubeConfig } from '../src/kubeconfig.js'

interface Entries {
  clusters?: Record<string, object>
  users?: Record<string, object>
  contexts?: Record<string, object>
  current?: string
}

/** Writes kubeconfig files into a new folder. @returns the folder */
function folderWith(files: Record<string, Entries | string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, typeof content === 'string' ? content : textOf(content))
  }
  return folder
}

function textOf({ clusters = {}, users = {}, contexts = {}, current }: Entries): string {
  const list = (key: string, entries: Record<string, object>) =>
    Object.entries(entries).map(([name, entry]) => ({ name, [key]: entry }))
  return JSON.stringify({
    clusters: list('cluster', clusters),
    users: list('user', users),
    contexts: list('context', contexts),
    ...(current && { 'current-context': current }),
  })
}

const cluster = (server: string) => ({ server, 'insecure-skip-tls-verify': true })
const work: Entries = {
  clusters: { prod: cluster('https://work.invalid') },
  users: { me: { token: 'work' } },
  contexts: { prod: { cluster: 'prod', user: 'me' } },
  current: 'prod',
}

const load = (folder: string, names: string[], env: NodeJS.ProcessEnv = {}) =>
  loadKubeConfig({ KUBECONFIG: names.map((name) => name && join(folder, name)).join(':'), ...env })

describe('the files of KUBECONFIG', () => {
  it('are merged: the first to define a cluster, a user, a context or the current context wins', () => {
    const home: Entries = {
      clusters: { prod: cluster('https://home.invalid'), lab: cluster('https://lab.invalid') },
      users: { me: { token: 'home' }, other: { token: 'lab' } },
      contexts: { prod: { cluster: 'lab', user: 'other' }, lab: { cluster: 'lab', user: 'other' } },
      current: 'lab',
    }
    const folder = folderWith({ work, home })
    const config = load(folder, ['work', 'home'])
    expect(config.getCurrentCluster()?.server).toBe('https://work.invalid')
    expect(config.getCurrentUser()?.token).toBe('work')
    config.setCurrentContext('lab')
    expect(config.getCurrentUser()?.token, 'what only the second defines is there, too').toBe('lab')

    expect(load(folder, ['home', 'work']).getCurrentCluster()?.server).toBe('https://lab.invalid')
  })

  it('may name the current context in another file than the one that defines it', () => {
    const { current, ...rest } = work
    const folder = folderWith({ rest, choice: { current: current as string } })
    expect(load(folder, ['rest', 'choice']).getCurrentCluster()?.server).toBe('https://work.invalid')
  })

  it('may be the same one twice, be missing or empty, or have no name', () => {
    const folder = folderWith({ work, empty: '', 'only-comment': '# none' })
    const config = load(folder, ['', 'empty', 'nowhere', 'work', '', 'work', 'only-comment'])
    expect(config.getCurrentCluster()?.server).toBe('https://work.invalid')
  })

  it("have paths relative to their own folders, a plugin's command included", () => {
    const plugin = (command: string) => ({ exec: { command, apiVersion: 'client.authentication.k8s.io/v1' } })
    const second: Entries = {
      clusters: { lab: { server: 'https://lab.invalid', 'certificate-authority': 'ca.crt' } },
      users: {
        certificate: { 'client-certificate': '../me.crt', 'client-key': '/keys/me.key' },
        plugin: plugin('./bin/login'),
        'plugin of the PATH': plugin('aws'),
      },
      contexts: { lab: { cluster: 'lab', user: 'certificate' } },
      current: 'lab',
    }
    const folder = folderWith({ 'a/config': {}, 'b/config': second })
    // Relative to the working folder, as KUBECONFIG may be.
    const names = ['a/config', 'b/config'].map((name) => relative(process.cwd(), join(folder, name)))
    const config = loadKubeConfig({ KUBECONFIG: names.join(':') })
    expect(config.getCurrentCluster()?.caFile).toBe(join(folder, 'b/ca.crt'))
    expect(config.getUser('certificate')).toMatchObject({
      certFile: join(folder, 'me.crt'),
      keyFile: '/keys/me.key',
    })
    expect(config.getUser('plugin')?.exec.command).toBe(join(folder, 'b/bin/login'))
    expect(config.getUser('plugin of the PATH')?.exec.command).toBe('aws')
  })

  it('may have an incomplete entry that is not used', () => {
    const folder = folderWith({ half: { ...work, contexts: { ...work.contexts, half: { namespace: 'x' } } } })
    expect(load(folder, ['half']).getCurrentCluster()?.server).toBe('https://work.invalid')
  })

  it.each([
    [{ server: 'localhost:8080' }, {}, 'http://localhost:8080'],
    [{ server: '192.168.1.135:8001' }, { token: 'me' }, 'http://192.168.1.135:8001'],
    [{ server: '10.0.0.1:6443', 'insecure-skip-tls-verify': true }, {}, 'https://10.0.0.1:6443'],
    [{ server: '10.0.0.1', 'certificate-authority-data': 'AA==' }, {}, 'https://10.0.0.1'],
    [{ server: '10.0.0.1' }, { 'client-certificate-data': 'AA==' }, 'https://10.0.0.1'],
    [{ server: 'HTTPS://10.0.0.1' }, {}, 'HTTPS://10.0.0.1'],
  ])('may have a server without a scheme, as for kubectl: %j, %j', (entry, me, server) => {
    const folder = folderWith({ config: { ...work, clusters: { prod: entry }, users: { me } } })
    expect(load(folder, ['config']).getCurrentCluster()?.server).toBe(server)
  })

  it('may have a server without TLS, such as kubectl proxy', async () => {
    const clusters = { prod: { server: 'http://127.0.0.1:8001' } }
    const config = load(folderWith({ config: { ...work, clusters } }), ['config'])
    await expect(config.applyToHTTPSOptions({})).resolves.not.toThrow()
  })

  it.each([
    ['nowhere', {}, 'no cluster: KUBECONFIG='],
    ['config', { config: {} }, 'it has no current context'],
    ['config', { config: { ...work, current: 'gone' } }, "its context gone doesn't exist"],
    ['config', { config: '{"clusters": [' }, "/config can't be read"],
  ])('are reported where they lead to no cluster: %s, %j', (name, files, message) => {
    expect(() => load(folderWith(files as Record<string, Entries | string>), [name])).toThrow(message)
  })
})

describe('the proxy to a cluster', () => {
  const env = { HTTPS_PROXY: 'http://company.invalid:3128', NO_PROXY: 'work.invalid' }
  const proxyOf = (server: string, fields = {}) => {
    const clusters = { prod: { ...cluster(server), ...fields } }
    return load(folderWith({ config: { ...work, clusters } }), ['config'], env).getCurrentCluster()?.proxyUrl
  }

  it('is that of the environment, by its rules', () => {
    expect(proxyOf('https://cloud.invalid')).toBe('http://company.invalid:3128')
    expect(proxyOf('https://work.invalid:6443')).toBeUndefined()
    expect(proxyOf('https://127.0.0.1:6443')).toBeUndefined()
  })

  it('is the one that the configuration names for it, if it does', () => {
    expect(proxyOf('https://work.invalid', { 'proxy-url': 'socks5://jump.invalid:1080' })).toBe(
      'socks5://jump.invalid:1080',
    )
  })
})
