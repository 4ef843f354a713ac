import { defineConfig } from 'vitest/config'

const slow = process.argv.includes('slow')

export default defineConfig({
  test: {
    reporters: ['default', ['json', { outputFile: `test-results/cli${slow ? '-slow' : ''}.json` }]],
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/slow/**'],
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
    ],
  },
})
