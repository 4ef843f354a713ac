import { writeFileSync } from 'node:fs'
import { z } from 'zod'
import { library } from '../../tsup.shared.js'
import { resultSchema } from './src/results/schema.js'

const entry = { index: 'src/index.ts', runner: 'src/runner.ts', kubernetes: 'src/kubernetes.ts' }

export default library(entry, {
  noExternal: ['@dapr-perf/tester'],
  async onSuccess() {
    const schema = z.toJSONSchema(resultSchema)
    writeFileSync('dist/result.schema.json', `${JSON.stringify(schema, null, 2)}\n`)
  },
})
