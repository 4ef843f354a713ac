import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    kubernetes: 'src/kubernetes/index.ts',
    cluster: 'src/cluster/index.ts',
  },
  format: 'esm',
  target: 'node20',
  dts: true,
  sourcemap: true,
  clean: true,
  noExternal: ['@dapr-perf/tester'],
})
