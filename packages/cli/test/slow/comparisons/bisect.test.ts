import { join } from 'node:path'
import { expect, it } from 'vitest'
import { gitIn, slowDapr } from '../../../../dapr/test/slow-dapr.js'
import { program, root, temporaryFolder } from '../../cli.js'

const load = ['--qps', '200', '--connections', '4', '--payload-size', '16']
// On a busy machine CPU per request differs from block to block by a few percent, but the average by 20 %.
const few = ['--blocks', '8', '--min-effect', '25%', '--gate', 'cpu']

it('git bisect finds the commit that made Dapr slow', async () => {
  const { folder, commits, slow } = await slowDapr(join(temporaryFolder(), 'dapr'), {
    commits: 3,
    slowFrom: 2,
  })
  const git = gitIn(folder)
  const out = temporaryFolder()
  await git('bisect', 'start', commits[2] as string, commits[0] as string)
  const command = [
    'ab',
    'service_invocation_http',
    '--cases',
    join(root, 'tests'),
    ...load,
    ...few,
    '--out',
    out,
  ]
  const bisected = await git('bisect', 'run', process.execPath, program, ...command, '--b', '.', '--bisect')
  expect(bisected).toContain(`${slow} is the first bad commit`)
  expect(await git('status', '--porcelain')).toBe('')
}, 900_000)
