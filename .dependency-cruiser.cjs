// Import rules between packages, and between the folders of perf-sdk: one direction, no cycles.
const inSdk = (...folders) => `^packages/perf-sdk/src/(${folders.join('|')})/`

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
      comment: 'Code that cases import loads neither platforms nor the runner, only their types.',
      severity: 'error',
      from: { path: inSdk('case', 'measure', 'compare', 'checks', 'statistics') },
      to: { path: inSdk('platforms', 'process', 'runner', 'load-engine'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-processes-in-a-case',
      severity: 'error',
      from: { path: inSdk('case', 'measure', 'compare', 'checks', 'statistics', 'results') },
      to: { path: '^(node:)?child_process$|@dapr-perf/(dapr|kubernetes)|client-node' },
    },
    {
      name: 'platforms-know-no-runner',
      severity: 'error',
      from: { path: inSdk('platforms', 'process', 'load-engine') },
      to: { path: inSdk('runner', 'measure', 'compare', 'checks'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'process-knows-no-platform',
      severity: 'error',
      from: { path: inSdk('process') },
      to: { path: inSdk('platforms', 'runner') },
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
