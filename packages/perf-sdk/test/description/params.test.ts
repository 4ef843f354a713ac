import { setImmediate } from 'node:timers/promises'
import { InputError } from '@dapr-perf/errors'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  mergeParams,
  Params,
  readParamOverrides,
  usedParams,
  withParamOverrides,
} from '../../src/description/params.js'

describe('Params', () => {
  it('are one request per second over one connection for a minute, unless something says otherwise', () => {
    expect(Params({}, {})).toEqual({
      qps: 1,
      arrivals: 'bursts',
      connections: 1,
      duration: '1m',
      payload: '',
      payloadSize: 0,
    })
  })

  it('take what is asked for', () => {
    expect(Params({ qps: 0, payloadSize: 1024 }, {})).toMatchObject({
      qps: 0,
      connections: 1,
      payloadSize: 1024,
    })
  })

  it('take the environment over what is asked for', () => {
    const env = {
      DAPR_PERF_QPS: '20',
      DAPR_PERF_ARRIVALS: 'poisson',
      DAPR_PERF_CONNECTIONS: '2',
      DAPR_TEST_DURATION: '1m30s',
      DAPR_PAYLOAD: 'hello',
      DAPR_PAYLOAD_SIZE: '7',
    }
    expect(Params({ qps: 1000, arrivals: 'uniform', connections: 16, duration: '1m' }, env)).toEqual({
      qps: 20,
      arrivals: 'poisson',
      connections: 2,
      duration: '1m30s',
      payload: 'hello',
      payloadSize: 7,
    })
  })

  it('take an empty variable as absent', () => {
    expect(Params({ qps: 5 }, { DAPR_PERF_QPS: '' }).qps).toBe(5)
  })

  it.each([
    ['DAPR_PERF_QPS', 'many', 'DAPR_PERF_QPS=1000'],
    ['DAPR_PERF_QPS', '-1', 'DAPR_PERF_QPS=1000'],
    ['DAPR_PERF_QPS', '1.5', 'DAPR_PERF_QPS=1000'],
    ['DAPR_PERF_QPS', '99999999999999999999', 'DAPR_PERF_QPS=1000'],
    [
      'DAPR_PERF_ARRIVALS',
      'random',
      'one of uniform, poisson, bursts, for example DAPR_PERF_ARRIVALS=uniform',
    ],
    ['DAPR_PERF_CONNECTIONS', '0', 'DAPR_PERF_CONNECTIONS=16'],
    ['DAPR_TEST_DURATION', '60', 'DAPR_TEST_DURATION=1m'],
    ['DAPR_TEST_DURATION', '0s', 'DAPR_TEST_DURATION=1m'],
    ['DAPR_TEST_DURATION', '-1m', 'DAPR_TEST_DURATION=1m'],
    ['DAPR_PAYLOAD_SIZE', '1 KiB', 'DAPR_PAYLOAD_SIZE=1024'],
  ])('refuse %s=%s, and show an example', (variable, value, example) => {
    const read = () => Params({}, { [variable]: value })
    expect(read).toThrow(InputError)
    expect(read).toThrow(`${variable}=${value}`)
    expect(read).toThrow(example)
  })

  it('refuse arrivals of another kind', () => {
    expect(() => Params({ arrivals: 'random' as never }, {})).toThrow(
      'params.arrivals: "random" is not one of uniform, poisson, bursts, for example uniform',
    )
  })

  it('refuse an option that is no number', () => {
    expect(() => Params({ qps: Number.NaN }, {})).toThrow('params.qps')
  })
})

describe('the parameters of a case', () => {
  const env = { DAPR_PERF_QPS: '20', DAPR_PAYLOAD: 'hello', DAPR_PAYLOAD_SIZE: '7' }

  it('are its own, overridden by the environment, overridden by flags', () => {
    const { params, ignored } = mergeParams(
      { qps: 1000, connections: 16, payloadSize: 1024 },
      readParamOverrides(env, { qps: 5 }),
    )
    expect(params).toEqual({
      qps: 5,
      arrivals: 'bursts',
      connections: 16,
      duration: '1m',
      payload: 'hello',
      payloadSize: 7,
    })
    expect(ignored).toEqual([])
  })

  it.each([
    [{ DAPR_PAYLOAD: '{}' }, { payloadSize: 1024 }, { payload: '', payloadSize: 1024 }],
    [{ DAPR_PAYLOAD_SIZE: '7' }, { payload: 'hello' }, { payload: 'hello', payloadSize: 0 }],
    [{ DAPR_PAYLOAD_SIZE: '7' }, {}, { payload: '', payloadSize: 7 }],
  ])('take the body whole from the strongest source: %j and %j', (variables, flags, body) => {
    const { params } = mergeParams({ payload: 'of the case' }, readParamOverrides(variables, flags))
    expect(params).toMatchObject(body)
  })

  it('have no body where the case names none, and say what was ignored', () => {
    const { params, ignored } = mergeParams({ qps: 1000 }, readParamOverrides(env, { payloadSize: 3 }))
    expect(params).toMatchObject({ qps: 20, payload: '', payloadSize: 0 })
    expect(ignored).toEqual(['DAPR_PAYLOAD=hello', 'DAPR_PAYLOAD_SIZE=7', '--payload-size 3'])
  })

  it('take arrivals from a flag over a variable over the case', () => {
    const arrivalsOf = (own: 'uniform', variables: NodeJS.ProcessEnv, flag?: 'bursts') =>
      mergeParams({ arrivals: own }, readParamOverrides(variables, { arrivals: flag })).params.arrivals
    const variables = { DAPR_PERF_ARRIVALS: 'poisson' }
    expect(arrivalsOf('uniform', {})).toBe('uniform')
    expect(arrivalsOf('uniform', variables)).toBe('poisson')
    expect(arrivalsOf('uniform', variables, 'bursts')).toBe('bursts')
  })

  it('have no arrivals in use without a target rate', () => {
    expect(usedParams(Params({ qps: 0, arrivals: 'uniform' }, {}))).not.toHaveProperty('arrivals')
    expect(usedParams(Params({ qps: 1, arrivals: 'uniform' }, {}))).toHaveProperty('arrivals', 'uniform')
  })
})

describe('in a function of a case', () => {
  const flags = (qps: number) => readParamOverrides({ DAPR_PERF_CONNECTIONS: '3' }, { qps })

  it('Params take the flags over the environment, and both over what is asked for', async () => {
    const params = await withParamOverrides(flags(7), async () => {
      await setImmediate()
      return Params({ qps: 5, connections: 2, duration: '3s' })
    })
    expect(params).toMatchObject({ qps: 7, connections: 3, duration: '3s' })
  })

  it('they know only its own, whatever else runs at the same time, and not those of before', async () => {
    const qpsOf = (qps: number) =>
      withParamOverrides(flags(qps), async () => {
        await setImmediate()
        return Params().qps
      })
    expect(await Promise.all([qpsOf(7), qpsOf(8)])).toEqual([7, 8])
    vi.stubEnv('DAPR_PERF_QPS', '')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(Params({ qps: 5 }).qps).toBe(5)
  })

  it('they know it, too, in another copy of this package', async () => {
    vi.resetModules()
    const copy = await import('../../src/description/params.js')
    expect(copy.Params).not.toBe(Params)
    expect(withParamOverrides(flags(7), () => copy.Params().qps)).toBe(7)
  })
})
