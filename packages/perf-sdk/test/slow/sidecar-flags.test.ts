import { spawnSync } from 'node:child_process'
import { locateDaprd } from '@dapr-perf/dapr'
import { expect, it } from 'vitest'
import { annotationOfFlag, flagProblem } from '../../src/description/sidecar-flags.js'

/** Flags that may be set locally only. */
const withoutAnnotation = ['allowed-origins', 'hot-reload-reconcile-interval', 'scheduler-job-streams']

it('each flag that daprd has is known: it has an annotation, or there is a reason why it has none', async () => {
  const { path } = await locateDaprd()
  const { stderr: help } = spawnSync(path, ['--help'], { encoding: 'utf8' })
  const flags = [...help.matchAll(/^ +--([a-z0-9-]+)/gm)].map(([, name]) => name as string)
  expect(flags).toContain('app-max-concurrency')
  const unknown = flags.filter(
    (name) =>
      name !== 'help' &&
      annotationOfFlag(name) === undefined &&
      !flagProblem(name, 'x')?.startsWith("can't be set"),
  )
  expect(unknown).toEqual(withoutAnnotation)
})
