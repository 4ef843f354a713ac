import { defineConfig } from 'vitest/config'

const project = ['slow', 'cluster'].find((name) => process.argv.includes(name))

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
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 300_000,
        },
      },
    ],
  },
})
