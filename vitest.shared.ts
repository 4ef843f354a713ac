import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin, type TestUserConfig } from 'vitest/config'

/**
 * The test projects of a workspace: `fast`, which fails if a test starts a process, and `slow` (test/slow), which uses
 * real processes.
 *
 * @param name of the file in test-results that the tests are counted from
 * @param options for both projects
 * @param others further projects
 */
export function testsOf(name: string, options: TestUserConfig = {}, others: TestUserConfig[] = []) {
  const kinds = ['slow', ...others.map((other) => String(other.name))]
  const kind = kinds.find((one) => process.argv.includes(one))
  const suffix = kind ? `-${kind}` : ''
  // Built packages are loaded as they are: to transform them, with all their libraries, takes longer than the tests.
  const server = { deps: { external: [/\/packages\/[^/]+\/dist\//] } }
  const noProcesses = fileURLToPath(new URL('scripts/no-processes.mjs', import.meta.url))
  return defineConfig({
    plugins: mutation(),
    test: {
      reporters: ['default', ['json', { outputFile: `test-results/${name}${suffix}.json` }]],
      projects: [
        {
          plugins: mutation(),
          test: {
            ...options,
            server,
            name: 'fast',
            include: ['test/**/*.test.ts'],
            exclude: ['test/slow/**', 'test/cluster/**'],
            isolate: false, // to load the same modules again for each file takes longer than all tests
            setupFiles: [noProcesses],
            testTimeout: 20_000,
          },
        },
        {
          test: {
            ...options,
            server,
            name: 'slow',
            include: ['test/slow/*.test.ts'],
            maxWorkers: 4, // most of a slow test is waiting
            testTimeout: 120_000,
            expect: { poll: { timeout: 10_000 } },
          },
        },
        ...others.map((test) => ({ test: { server, ...test } })),
      ],
    },
  })
}

/** Applies a mutation of scripts/mutate.mjs, which fits, to a file when it is loaded. */
function mutation(): Plugin[] {
  const { DAPR_PERF_MUTATION } = process.env
  if (!DAPR_PERF_MUTATION) return []
  const { file, from, to } = JSON.parse(DAPR_PERF_MUTATION)
  return [
    {
      name: 'mutation',
      enforce: 'pre',
      transform: (code, id) => (id.endsWith(file) ? code.replace(from, () => to) : undefined),
    },
  ]
}
