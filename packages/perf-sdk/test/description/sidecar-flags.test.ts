import { describe, expect, it } from 'vitest'
import { annotationOfFlag, flagProblem, flagsWithoutEffect } from '../../src/description/sidecar-flags.js'

describe('a flag of daprd', () => {
  it.each([
    ['app-max-concurrency', '10'],
    ['app-max-concurrency', '-1'],
    ['read-buffer-size', '64Ki'],
    ['enable-app-health-check', 'true'],
    ['log-level', 'warn'],
    ['hot-reload-reconcile-interval', '1m30s'],
    ['of-a-later-version', 'anything, at all'],
  ])('may be set: %s=%s', (name, value) => {
    expect(flagProblem(name, value)).toBeUndefined()
  })

  it.each([
    ['app-id', 'x', 'appName'],
    ['app-ssl', 'true', 'appProtocol'],
    ['metrics-port', '9090', 'ports of its own'],
    ['dapr-listen-addresses', '0.0.0.0', 'where the load generator reaches it'],
    ['config', 'c.yaml', '--b-config'],
    ['components-path', '/x', '--b-component'],
    ['max-body-size', '8Mi', 'maxRequestSizeMB'],
    ['unix-domain-socket', '/tmp', 'over TCP'],
    ['enable-mtls', 'true', 'control plane'],
    ['enable-api-logging', 'true', 'logging.apiLogging.enabled'],
  ])('is refused where something else sets it, with the reason: %s=%s', (name, value, reason) => {
    expect(flagProblem(name, value)).toMatch(/^can't be set: /)
    expect(flagProblem(name, value)).toContain(reason)
  })

  it.each([
    ['app-max-concurrency', 'many', 'a whole number'],
    ['app-max-concurrency', '010', 'a whole number'],
    ['app-health-threshold', '', 'a whole number'],
    ['enable-app-health-check', 'yes', 'true or false'],
    ['read-buffer-size', '64KB', "a quantity such as '64Ki'"],
    ['dapr-block-shutdown-duration', '5', "a duration such as '1m30s'"],
    ['of-a-later-version', ' ', 'a value'],
    ['--log-level', 'warn', 'the name of a flag of daprd, without -- before it'],
    ['LogLevel', 'warn', 'the name of a flag of daprd, without -- before it'],
  ])("is refused with a value that Dapr's injector would leave out: %s=%j", (name, value, expected) => {
    expect(flagProblem(name, value)).toBe(`expected ${expected}`)
  })

  it('has the annotation that means the same, which may have another name', () => {
    expect(annotationOfFlag('app-max-concurrency')).toBe('app-max-concurrency')
    expect(annotationOfFlag('dapr-graceful-shutdown-seconds')).toBe('graceful-shutdown-seconds')
    expect(annotationOfFlag('dapr-http-read-buffer-size')).toBe('http-read-buffer-size')
    expect(annotationOfFlag('scheduler-job-streams')).toBeUndefined()
    expect(annotationOfFlag('of-a-later-version')).toBeUndefined()
  })

  it('has no effect without an annotation on Kubernetes, or without the health checks that it is of', () => {
    const namesOn = (platform: 'local' | 'kubernetes', flags: Record<string, string>) =>
      flagsWithoutEffect(flags, platform).map(({ name }) => name)
    expect(namesOn('local', { 'allowed-origins': '*', 'log-level': 'warn' })).toEqual([])
    expect(namesOn('kubernetes', { 'allowed-origins': '*', 'log-level': 'warn' })).toEqual([
      'allowed-origins',
    ])
    const checks = { 'app-health-threshold': '1', 'app-health-check-path': '/healthz' }
    expect(namesOn('local', checks)).toEqual(Object.keys(checks))
    expect(namesOn('kubernetes', { ...checks, 'enable-app-health-check': 'false' })).toEqual(
      Object.keys(checks),
    )
    expect(namesOn('kubernetes', { ...checks, 'enable-app-health-check': 'true' })).toEqual([])
  })
})
