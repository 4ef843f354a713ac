import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Cli } from '../../cli.js'
import { kubectl } from '../cluster.js'
import {
  environment,
  namespace,
  objectsOfRuns,
  podsBeingCreatedGone,
  prepareCluster,
  restoreCluster,
  startRun,
} from '../running.js'

beforeAll(prepareCluster, 60_000)
afterAll(restoreCluster, 120_000)

const clean = async () => {
  const cli = new Cli(['clean'], undefined, { env: environment })
  expect(await cli.ended, cli.stderr).toBe(0)
  return cli.stdout
}

describe('Ctrl+C', () => {
  it.each(['preparing namespace', 'waiting for testapp', 'Adding app tester', 'dapr load'])(
    'while it prints "%s" removes all that the run has, and exits with 130',
    async (phase) => {
      const cli = startRun({ duration: '4s' })
      await cli.printed(phase)
      cli.kill('SIGINT')
      expect(await cli.ended, cli.stderr).toBe(130)
      expect(cli.stderr).toContain('interrupted by SIGINT')
      const isCreating = phase === 'waiting for testapp' || phase === 'Adding app tester'
      if (isCreating) await podsBeingCreatedGone()
      else expect(await objectsOfRuns()).toEqual([])
    },
  )

  it('again, within the teardown, does not break it', async () => {
    const cli = startRun({ duration: '6s' })
    await cli.printed('baseline warm-up')
    cli.kill('SIGINT')
    await cli.printed('tearing down')
    cli.kill('SIGINT')
    cli.kill('SIGINT')
    expect(await cli.ended, cli.stderr).toBe(130)
    expect(await objectsOfRuns()).toEqual([])
  })
})

describe('a run that was killed', () => {
  async function killedRun(): Promise<void> {
    const cli = startRun({ duration: '20s' })
    await cli.printed('baseline load')
    cli.kill('SIGKILL')
    await cli.ended
    expect((await objectsOfRuns()).some((name) => name.startsWith('pod/'))).toBe(true)
  }

  it('is removed by clean, which says so', async () => {
    await killedRun()
    expect(await clean()).toMatch(
      new RegExp(`^removed the leftovers of the killed run \\S+ in namespace ${namespace}\n$`),
    )
    expect(await objectsOfRuns()).toEqual([])
    expect(await clean()).toBe('nothing was left over\n')
  })

  it('is removed by the next one, and what is alive is not touched', async () => {
    const alive = startRun({ duration: '20s' })
    await alive.printed('baseline load')
    await killedRun()
    const next = startRun()
    await next.passed()
    expect(next.stderr).toMatch(/removed the leftovers of the killed run \S+ in namespace \S+/)
    expect(await clean()).toBe('nothing was left over\n')
    await alive.passed()
    expect(await objectsOfRuns()).toEqual([])
  })

  it('neither stops the next one nor holds it up, where its pods can not end', async () => {
    await killedRun()
    const pods = ['pods', '-n', namespace, '-l', 'dapr-perf/run']
    const [stuck] = (await kubectl('get', ...pods, '-o', 'name')).split('\n') as [string]
    const keep = (finalizers: string[]) =>
      kubectl(
        'patch',
        '-n',
        namespace,
        stuck,
        '--type=merge',
        '-p',
        JSON.stringify({ metadata: { finalizers } }),
      )
    await keep(['example.com/stuck'])
    const next = startRun()
    await next.printed('apps are ready')
    expect(next.stderr).not.toContain('removed the leftovers')
    await keep([])
    await next.printed('removed the leftovers')
    await next.passed()
    expect(await objectsOfRuns()).toEqual([])
  })

  it('leaves nothing where somebody deletes its Lease, either', async () => {
    await killedRun()
    await kubectl('delete', 'lease', '-n', namespace, '-l', 'app.kubernetes.io/managed-by=dapr-perf')
    await expect.poll(() => objectsOfRuns(), { timeout: 60_000, interval: 500 }).toEqual([])
  })
})
