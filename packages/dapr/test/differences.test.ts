import { describe, expect, test } from 'vitest'
import { parseBuildInfo } from '../src/side/build-info.js'
import { differencesOf } from '../src/side/differences.js'

/** What `go version -m` prints of a daprd. */
function printed({
  go = 'go1.26.8',
  module = 'github.com/dapr/dapr',
  settings = {},
  deps = '',
} = {}): string {
  const all = { '-tags': 'allcomponents', '-trimpath': 'true', CGO_ENABLED: '0', GOAMD64: 'v1', ...settings }
  return [
    `/cache: of mine/daprd: ${go}`,
    '\tpath\tgithub.com/dapr/dapr/cmd/daprd',
    `\tmod\t${module}\t(devel)\t`,
    '\tdep\tgithub.com/dapr/kit\tv0.18.2\th1:x=',
    ...(deps ? [deps] : []),
    ...Object.entries(all).map(([name, value]) => `\tbuild\t${name}=${value}`),
  ].join('\n')
}

const built = (given = {}) => ({
  source: 'go build' as const,
  version: '1.18.2',
  info: parseBuildInfo(printed(given)),
})
const released = (given = {}) => ({ ...built(given), source: 'release' as const })

test('what go prints is read, from a path with a colon, too', () => {
  const info = parseBuildInfo(printed({ settings: { '-ldflags': '"-s -w -X a.b=1 -X=c.d=2"' } }))
  expect(info).toMatchObject({ goVersion: 'go1.26.8', mainModule: 'github.com/dapr/dapr' })
  expect(Object.fromEntries(info.settings)).toMatchObject({ '-tags': 'allcomponents', '-ldflags': '-s -w' })
})

describe('differences', () => {
  test('are none between programs that were built alike', () => {
    expect(differencesOf(built(), built())).toEqual([])
  })

  test('are none in what tells sources apart', () => {
    const settings = { 'vcs.revision': 'abc', 'vcs.modified': 'true', DefaultGODEBUG: 'x=1' }
    expect(differencesOf(built({ settings }), built())).toEqual([])
  })

  test("are none in a daprd's own version", () => {
    const withVersion = (version: number) =>
      built({ settings: { '-ldflags': `"-s -w -X a.version=${version}"` } })
    expect(differencesOf(withVersion(1), withVersion(2))).toEqual([])
  })

  test('of Go are told first, for two releases, too', () => {
    expect(differencesOf(released({ go: 'go1.26.0' }), built())).toEqual([
      'A (1.18.2, a release) was built with go1.26.0, B (1.18.2, built here) with go1.26.8: this compares Go compilers, too',
    ])
    expect(differencesOf(released({ go: 'go1.26.0' }), released())).toHaveLength(1)
  })

  test('of flags and variables are told one by one', () => {
    const a = built({ settings: { GOAMD64: 'v3', '-race': 'true' } })
    expect(differencesOf(a, built({ settings: { '-tags': 'stablecomponents' } }))).toEqual([
      'A was built with -race=true, B without -race',
      'A was built with -tags=allcomponents, B with -tags=stablecomponents',
      'A was built with GOAMD64=v3, B with GOAMD64=v1',
    ])
  })

  test('of the folders that modules were built from are told', () => {
    const deps = [
      ['dep', 'example.com/work', '(devel)', ''],
      ['dep', 'example.com/beside', 'v1.0.0'],
      ['=>', '../beside', '(devel)', ''],
      ['dep', 'example.com/inside', 'v1.0.0'],
      ['=>', './inside', '(devel)', ''],
      ['dep', 'example.com/fork', 'v1.0.0'],
      ['=>', 'example.com/mine', 'v1.0.1', 'h1:y='],
    ]
    const a = {
      ...built({ deps: deps.map((dep) => `\t${dep.join('\t')}`).join('\n') }),
      source: 'path' as const,
    }
    const b = {
      ...built(),
      localModules: [
        { path: 'example.com/beside', folder: '/src/beside', commit: 'abcdef0123456789', dirty: true },
      ],
    }
    expect(differencesOf(a, b)).toEqual([
      'A was built with example.com/beside as it stood in a folder, B as it stands in /src/beside (commit abcdef012345 with changes)',
      'A was built with example.com/work as it stood in a folder, B in the version that it requires',
    ])
    expect(differencesOf(b, b)).toEqual([])
    const [localModule] = b.localModules
    expect(
      differencesOf(b, { ...b, localModules: [{ ...localModule, folder: '/src/other' }] as never }),
    ).toHaveLength(1)
  })

  test('of workspaces and vendor folders are told', () => {
    const inWorkspace = (workspace: string) => ({ ...built(), workspace })
    expect(differencesOf(inWorkspace('/src/go.work'), built())).toEqual([
      'A was built in the workspace /src/go.work, B in no workspace: versions of dependencies may differ, too',
    ])
    expect(differencesOf(inWorkspace('/a/go.work'), inWorkspace('/b/go.work'))).toHaveLength(1)
    expect(differencesOf(inWorkspace('/a/go.work'), inWorkspace('/a/go.work'))).toEqual([])
    expect(differencesOf(built(), { ...built(), vendor: true })).toEqual([
      'A was built with dependencies that go downloads, B with dependencies from its vendor folder: they may differ',
    ])
  })

  test('of linker flags are told where both have them', () => {
    const stripped = built({ settings: { '-ldflags': '"-s -w"' } })
    expect(differencesOf(stripped, built())).toEqual([])
    expect(differencesOf(stripped, built({ settings: { '-ldflags': '-s' } }))).toEqual([
      'A was built with -ldflags=-s -w, B with -ldflags=-s',
    ])
  })

  test('of the module that they were built in are told', () => {
    expect(differencesOf(built({ module: 'my/module' }), built())).toEqual([
      'A was built in the module my/module, B in github.com/dapr/dapr: dependencies may differ, too',
    ])
  })

  test('are unknown where a program cannot be read, but for two releases', () => {
    const unread = { source: 'path' as const, version: 'edge', info: 'go is not on the PATH' }
    expect(differencesOf(built(), unread)).toEqual([
      'how B (edge, a file) was built is unknown: go is not on the PATH',
    ])
    expect(differencesOf(unread, unread)).toHaveLength(2)
    const release = { ...released(), info: 'go is not on the PATH' }
    expect(differencesOf(release, { ...release, source: '~/.dapr/bin' })).toEqual([])
  })
})
