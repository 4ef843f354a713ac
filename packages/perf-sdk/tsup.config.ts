import { writeFileSync } from 'node:fs'
import { z } from 'zod'
import { libraries, library } from '../../tsup.shared.js'
import { abResultSchema } from './src/results/ab-schema.js'
import { runSchema } from './src/results/run-file.js'
import { resultSchema } from './src/results/schema.js'

const entry = { index: 'src/index.ts', runner: 'src/runner.ts', kubernetes: 'src/kubernetes.ts' }

export default library(entry, {
  noExternal: [...libraries, '@dapr-perf/tester'],
  async onSuccess() {
    for (const [name, schema] of Object.entries({ result: resultSchema, ab: abResultSchema, run: runSchema }))
      writeFileSync(`dist/${name}.schema.json`, `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`)
  },
})
