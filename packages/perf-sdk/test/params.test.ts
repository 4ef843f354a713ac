import { describe, expect, it } from 'vitest'
import { InputError } from '../src/errors.js'
import { Params, paramsOfCase } from '../src/params.js'

describe('Params', () => {
  it('are one request a second over one connection for a minute, unless something says otherwise', () => {
    expect(Params({}, {})).toEqual({ qps: 1, connections: 1, duration: '1m', payload: '', payloadSize: 0 })
  })

  it('take what the case asks for', () => {
    expect(Params({ qps: 0, payloadSize: 1024 }, {})).toMatchObject({
      qps: 0,
      connections: 1,
      payloadSize: 1024,
    })
  })

  it('take the environment over what the case asks for', () => {
    const env = {
      DAPR_PERF_QPS: '20',
      DAPR_PERF_CONNECTIONS: '2',
      DAPR_TEST_DURATION: '1m30s',
      DAPR_PAYLOAD: 'hello',
      DAPR_PAYLOAD_SIZE: '7',
    }
    expect(Params({ qps: 1000, connections: 16, duration: '1m' }, env)).toEqual({
      qps: 20,
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

  it('refuse an option that is no number', () => {
    expect(() => Params({ qps: Number.NaN }, {})).toThrow('qps=NaN')
  })
})

describe('the parameters of a case', () => {
  const env = { DAPR_PERF_QPS: '20', DAPR_PAYLOAD: 'hello', DAPR_PAYLOAD_SIZE: '7' }

  it('are its own, overridden by the environment, overridden by those given', () => {
    const { params, leftAlone } = paramsOfCase(
      { qps: 1000, connections: 16, payloadSize: 1024 },
      { qps: 5 },
      env,
    )
    expect(params).toEqual({ qps: 5, connections: 16, duration: '1m', payload: 'hello', payloadSize: 7 })
    expect(leftAlone).toEqual([])
  })

  it('have no body where the case names none, and say what was left alone', () => {
    const { params, leftAlone } = paramsOfCase({ qps: 1000 }, { payloadSize: 3 }, env)
    expect(params).toMatchObject({ qps: 20, payload: '', payloadSize: 0 })
    expect(leftAlone).toEqual(['DAPR_PAYLOAD=hello', 'DAPR_PAYLOAD_SIZE=7', '--payload-size 3'])
  })

  it('leave alone a variable that could not be used, where the case has no use for it', () => {
    expect(paramsOfCase({}, {}, { DAPR_PAYLOAD_SIZE: 'much' }).leftAlone).toEqual(['DAPR_PAYLOAD_SIZE=much'])
    expect(() => paramsOfCase({ payloadSize: 1 }, {}, { DAPR_PAYLOAD_SIZE: 'much' })).toThrow(InputError)
  })
})
