import { defineConfig } from 'vitest/config'

const project = ['slow', 'cluster-runs', 'cluster-tasks'].find((name) => process.argv.includes(name))

// Of a real cluster's own controllers one may be late beyond any patience: such a test gets a second try.
const clusterTest = { fileParallelism: false, testTimeout: 300_000, retry: 1 }

export default defineConfig({
  test: {
    reporters: ['default', ['json', { outputFile: `test-results/cli${project ? `-${project}` : ''}.json` }]],
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/slow/**', 'test/cluster/**'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'slow',
          include: ['test/slow/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'cluster-runs',
          include: ['test/cluster/runs/*.test.ts'],
          globalSetup: 'test/cluster/runs/dapr.ts',
          ...clusterTest,
        },
      },
      {
        test: {
          name: 'cluster-tasks',
          include: ['test/cluster/tasks/*.test.ts'],
          ...clusterTest,
        },
      },
    ],
  },
})
