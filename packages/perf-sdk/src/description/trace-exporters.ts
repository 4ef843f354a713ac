import { type Configuration, samplesTraces } from './configuration.js'

/** Where sidecars send traces. */
export interface TraceExporter {
  /** As it was given: a URL for Zipkin, HOST:PORT for OpenTelemetry. */
  endpoint: string
  host: string
  port: number
}

/**
 * Where sidecars with this Configuration and these variables export traces; none if they sample none. An endpoint that is no
 * address is left out: daprd says so itself.
 */
export function traceExportersOf(
  configuration: Configuration,
  variables: Record<string, string>,
): TraceExporter[] {
  if (!samplesTraces(configuration)) return []
  const { zipkin, otel } = (configuration.tracing ?? {}) as Tracing
  const endpoints = [
    ...(zipkin?.endpointAddress ? [{ endpoint: zipkin.endpointAddress, url: zipkin.endpointAddress }] : []),
    ...otelEndpoint(otel, variables),
  ]
  return endpoints.flatMap(({ endpoint, url }) => {
    if (!URL.canParse(url)) return []
    const { hostname, port, protocol } = new URL(url)
    const host = hostname.replace(/^\[(.*)\]$/, '$1') // IPv6
    return host ? [{ endpoint, host, port: Number(port || (protocol === 'https:' ? 443 : 80)) }] : []
  })
}

interface Tracing {
  zipkin?: { endpointAddress?: string }
  otel?: { endpointAddress?: string; protocol?: string; isSecure?: boolean }
}

/** Dapr takes the endpoint from variables of OpenTelemetry if the Configuration has none. */
function otelEndpoint(otel: Tracing['otel'], variables: Record<string, string>) {
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ofTraces, OTEL_EXPORTER_OTLP_ENDPOINT: ofAll } = variables
  const scheme = otel?.isSecure === false ? 'http' : 'https'
  const given = otel?.endpointAddress
  if (given) return otel.protocol ? [{ endpoint: given, url: `${scheme}://${given}` }] : []
  const endpoint = ofTraces || ofAll
  return endpoint ? [{ endpoint, url: /^https?:/.test(endpoint) ? endpoint : `${scheme}://${endpoint}` }] : []
}
