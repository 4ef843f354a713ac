import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const fortioFolder = fileURLToPath(new URL('../fortio-image/bin', import.meta.url))

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    env: { PATH: `${fortioFolder}${delimiter}${process.env.PATH}` },
    reporters: ['default', ['json', { outputFile: 'test-results/tester.json' }]],
  },
})
