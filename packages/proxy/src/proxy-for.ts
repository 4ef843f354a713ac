import { BlockList, isIP } from 'node:net'
import { InputError } from '@dapr-perf/errors'

/**
 * The proxy for requests to a URL, by the rules of Go's programs, such as kubectl and helm
 * (https://pkg.go.dev/golang.org/x/net/http/httpproxy): HTTP_PROXY or HTTPS_PROXY, unless the host is in NO_PROXY or
 * is this machine itself. Each variable may be in lower case.
 *
 * @param env by default process.env
 * @returns undefined if the request goes directly
 * @throws InputError for an invalid address of a proxy
 */
export function proxyFor(url: string | URL, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { protocol, hostname, port } = new URL(url)
  const variable = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'
  const proxy = variableOf(env, variable)
  if (!proxy) return undefined
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const isDirect = isLoopback(host) || isExcluded(host, port || defaultPorts[protocol], env)
  return isDirect ? undefined : parseProxy(proxy, variable)
}

const defaultPorts: Record<string, string> = { 'http:': '80', 'https:': '443' }

const variableOf = (env: NodeJS.ProcessEnv, name: string) => env[name] || env[name.toLowerCase()]

function parseProxy(text: string, variable: string): string {
  const url = text.includes('://') ? text : `http://${text}`
  if (/^(https?|socks5):\/\/[^/]/i.test(url) && URL.canParse(url)) return url
  const shown = text.replace(/[^/]*@/, '')
  throw new InputError(
    `${variable}=${shown}: expected the address of a proxy, such as http://proxy.example.com:3128`,
  )
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

const isLoopback = (host: string) => host === 'localhost' || contains(loopback, host)

/** Whether NO_PROXY has the host: as `*`, an address, a subnet, or a domain, which includes its subdomains. */
function isExcluded(host: string, port: string | undefined, env: NodeJS.ProcessEnv): boolean {
  const entries = (variableOf(env, 'NO_PROXY') ?? '').toLowerCase().split(/[\s,]+/)
  return entries.filter(Boolean).some((entry) => {
    if (entry === '*') return true
    if (entry.includes('/')) return contains(subnet(entry), host)
    const [, name = '', itsPort] =
      /^\[?([^[\]]+?)\]?(?::(\d+))?$/.exec(isIP(entry) ? `[${entry}]` : entry) ?? []
    if (itsPort && itsPort !== port) return false
    const domain = name.replace(/^\*\./, '.')
    return domain.startsWith('.') ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`)
  })
}

function subnet(entry: string): BlockList {
  const list = new BlockList()
  const [address = '', prefix] = entry.split('/')
  try {
    list.addSubnet(address, Number(prefix), familyOf(address))
  } catch {
    // Not a subnet: as in Go, the entry matches nothing.
  }
  return list
}

const contains = (list: BlockList, host: string) => isIP(host) > 0 && list.check(host, familyOf(host))

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')
