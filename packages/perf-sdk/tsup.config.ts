import { writeFileSync } from 'node:fs'
import { defineConfig } from 'tsup'
import { z } from 'zod'
import { resultSchema } from './src/results/schema.js'

export default defineConfig({
  entry: { index: 'src/index.ts', runner: 'src/runner.ts', kubernetes: 'src/kubernetes.ts' },
  format: 'esm',
  target: 'node20',
  dts: true,
  sourcemap: true,
  clean: true,
  noExternal: ['@dapr-perf/tester'],
  async onSuccess() {
    const schema = z.toJSONSchema(resultSchema)
    writeFileSync('dist/result.schema.json', `${JSON.stringify(schema, null, 2)}\n`)
  },
})
