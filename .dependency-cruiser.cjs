// Imports go one way: between packages, and between the entries of each package's src.
const { readdirSync } = require('node:fs')
const { join } = require('node:path')

/**
 * The folders of each package's src, and the files beside them that they import, in order: each imports only from those
 * before it, types included. What is not listed is an entry point, which nothing listed imports.
 */
const layers = {
  cli: [
    'exit-codes.ts',
    'signal-handler.ts',
    'terminal',
    'reports',
    'cases-option.ts',
    'choose-cases.ts',
    'load-options.ts',
    'platform-option.ts',
    'state-store-option.ts',
    'ab',
    'doctor',
    'cluster',
  ],
  cluster: [
    'package-folder.ts',
    'namespaces.ts',
    'pod-failures.ts',
    'manifests.ts',
    'dapr',
    'setup',
    'images',
    'clean',
  ],
  dapr: [
    'message-of.ts',
    'machine-error.ts',
    'sha256.ts',
    'machine.ts',
    'pinned.ts',
    'program-names.ts',
    'options.ts',
    'run-group.ts',
    'version.ts',
    'cache',
    'build',
    'locate',
    'side',
  ],
  'perf-sdk': [
    'description',
    'model',
    'http',
    'process',
    'statistics',
    'platforms',
    'platforms/local',
    'platforms/kubernetes/nodes',
    'platforms/kubernetes/pods',
    'platforms/kubernetes/access',
    'platforms/kubernetes/run',
    'platforms/kubernetes/manifests',
    'platforms/kubernetes/running',
    'platforms/kubernetes/environment',
    'platforms/kubernetes/ownership',
    'platforms/kubernetes',
    'load-engine',
    'load-engine/fortio',
    'compare',
    'case',
    'checks',
    'measure',
    'results',
    'runner',
    'ab',
    'stored',
    'compare-runs',
  ],
}

const packages = join(__dirname, 'packages')

/** The folders below a folder that hold files. */
function foldersOf(folder, prefix = '') {
  const entries = readdirSync(folder, { withFileTypes: true })
  const isFilled = prefix !== '' && entries.some((entry) => entry.isFile())
  const nested = entries
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => foldersOf(join(folder, name), prefix ? `${prefix}/${name}` : name))
  return isFilled ? [prefix, ...nested] : nested
}

/** The files of an entry: those of folders below it have entries of their own. */
const pathOf = (name, entry) =>
  `^packages/${name}/src/${entry.endsWith('.ts') ? `${entry.slice(0, -3)}[.]ts$` : `${entry}/[^/]+$`}`

/** A rule for each entry of a package: it imports nothing of src but itself and the entries before it. */
function layersOf(name) {
  const listed = layers[name] ?? []
  const missing = foldersOf(join(packages, name, 'src')).filter((folder) => !listed.includes(folder))
  if (missing.length > 0)
    throw new Error(
      `packages/${name}/src: these folders have no place in the order of .dependency-cruiser.cjs: ${missing.join(', ')}`,
    )
  return listed.map((entry, index) => ({
    name: `layers-of-${name}`,
    comment: `${entry} imports only from what is before it in the order of .dependency-cruiser.cjs`,
    severity: 'error',
    from: { path: pathOf(name, entry) },
    to: {
      path: `^packages/${name}/src/`,
      pathNot: listed.slice(0, index + 1).map((before) => pathOf(name, before)),
    },
  }))
}

const withSource = readdirSync(packages).filter((name) => readdirSync(join(packages, name)).includes('src'))

/** perf-sdk's folders that cases import, by perf-sdk/src/index.ts. */
const ofCases = '^packages/perf-sdk/src/(description|model|http|statistics|compare|case|checks|measure)/'

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'resolved',
      comment: 'Unresolved imports are often packages that are not built: npm run build',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    ...withSource.flatMap(layersOf),
    {
      name: 'packages-one-way',
      comment: 'cli → cluster, perf-sdk → kubernetes, dapr, perf-apps → proxy, errors',
      severity: 'error',
      from: { path: '^packages/(errors|proxy|dapr|kubernetes|perf-apps)/' },
      to: { path: '^packages/(cli|cluster|perf-sdk)/' },
    },
    {
      name: 'leaves',
      severity: 'error',
      from: { path: '^packages/(errors|proxy|dapr|kubernetes|perf-apps)/' },
      to: { path: '^packages/(dapr|kubernetes|perf-apps)/', pathNot: '^packages/$1/' },
    },
    {
      name: 'cluster-knows-no-platform',
      severity: 'error',
      from: { path: '^packages/cluster/' },
      to: { path: '^packages/(perf-sdk|cli)/' },
    },
    {
      name: 'sdk-knows-no-command',
      severity: 'error',
      from: { path: '^packages/perf-sdk/' },
      to: { path: '^packages/(cli|cluster)/' },
    },
    {
      name: 'what-a-case-imports',
      comment: 'Code that cases import loads neither platforms nor the load engine, only their types.',
      severity: 'error',
      from: { path: ofCases },
      to: {
        path: '^packages/perf-sdk/src/(platforms|process|load-engine)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-processes-in-a-case',
      severity: 'error',
      from: { path: ofCases },
      to: { path: '^(node:)?child_process$|@dapr-perf/(dapr|kubernetes)|client-node' },
    },
    {
      name: 'the-model-is-plain',
      comment: 'The model knows neither schemas nor files.',
      severity: 'error',
      from: { path: '^packages/perf-sdk/src/model/' },
      to: { pathNot: '^packages/perf-sdk/src/(model|description)/' },
    },
    {
      name: 'platforms-apart',
      severity: 'error',
      from: { path: '^packages/perf-sdk/src/platforms/(local|kubernetes)/' },
      to: {
        path: '^packages/perf-sdk/src/platforms/(local|kubernetes)/',
        pathNot: '^packages/perf-sdk/src/platforms/$1/',
      },
    },
    {
      name: 'fortio-in-one-folder',
      severity: 'error',
      from: {
        pathNot: '^packages/perf-sdk/src/load-engine/|^packages/perf-sdk/(src/runner/engine.ts|test/)',
      },
      to: { path: '^packages/perf-sdk/src/load-engine/fortio/' },
    },
    {
      name: 'cases-import-the-sdk',
      severity: 'error',
      from: { path: '^tests/' },
      to: { path: '^(packages|node_modules)/', pathNot: '^packages/perf-sdk/(dist|src)/index' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|/dist/' },
    exclude: { path: '/(test-results|bench)/' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'default'],
      mainFields: ['main', 'types'],
    },
  },
}
