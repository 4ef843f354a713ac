import { expect, it } from 'vitest'
import { traceExportersOf } from '../../src/description/trace-exporters.js'

const zipkin = { endpointAddress: 'http://localhost:9411/api/v2/spans' }
const otel = { endpointAddress: 'collector:4317', protocol: 'grpc', isSecure: false }

it.each<[string, object, string[]]>([
  ['as dapr init writes it', { samplingRate: '1', zipkin }, ['localhost:9411']],
  ['of a share of the requests, as a number', { samplingRate: 0.01, zipkin }, ['localhost:9411']],
  ['to OpenTelemetry', { samplingRate: '1', otel }, ['collector:4317']],
  ['to both', { samplingRate: '1', zipkin, otel }, ['localhost:9411', 'collector:4317']],
  ['to the default ports', { samplingRate: '1', zipkin: { endpointAddress: 'https://a/x' } }, ['a:443']],
  ['over IPv6', { samplingRate: '1', otel: { ...otel, endpointAddress: '[::1]:4318' } }, ['::1:4318']],
  ['none, which are not sampled', { samplingRate: '0', zipkin }, []],
  [
    'none, to OpenTelemetry without a protocol, as Dapr',
    { samplingRate: '1', otel: { endpointAddress: 'a:1' } },
    [],
  ],
  ['none, to what is no address', { samplingRate: '1', zipkin: { endpointAddress: 'nowhere' } }, []],
  ['none, as the default', {}, []],
])('finds where sidecars export traces: %s', (_, tracing, addresses) => {
  const found = traceExportersOf({ tracing }, {})
  expect(found.map(({ host, port }) => `${host}:${port}`)).toEqual(addresses)
})

it('finds what the variables of OpenTelemetry say, where the Configuration says nothing', () => {
  const variables = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:4317',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'b:4318',
  }
  const endpointsOf = (tracing: object) =>
    traceExportersOf({ tracing }, variables).map(({ endpoint }) => endpoint)
  expect(endpointsOf({ samplingRate: '1' })).toEqual(['b:4318'])
  expect(endpointsOf({ samplingRate: '1', otel })).toEqual(['collector:4317'])
  expect(endpointsOf({ samplingRate: '0' })).toEqual([])
})
