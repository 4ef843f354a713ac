import { describe, expect, it } from 'vitest'
import { maskArguments, maskSecrets } from '../../src/platforms/mask-secrets.js'

describe('a secret is masked', () => {
  it.each([
    'redisPassword',
    'sentinelPassword',
    'connectionString',
    'accountKey',
    'masterKey',
    'key',
    'private-key',
    'privateKeyPassphrase',
    'accessKeyID',
    'accessKeySecret',
    'awsSessionToken',
    'cfAPIToken',
    'oidcClientAssertionKey',
    'clientCert',
    'azureCertificate',
    'PGPASSWORD',
    'AWS_SECRET_ACCESS_KEY',
    'SMTP_PASS',
    'REDIS_AUTH',
    'GITHUB_PAT',
    'header:x-hasura-access-key',
  ])('by its name: %s', (name) => {
    expect(maskSecrets({ [name]: 'hunter2' })).toEqual({ [name]: '***' })
    expect(maskSecrets([{ name, value: 'hunter2' }])).toEqual([{ name, value: '***' }])
  })

  it.each([
    ['amqp://guest:hunter2@rabbit:5672/', 'amqp://***@rabbit:5672/'],
    ['https://hunter2@git.example.com', 'https://***@git.example.com'],
    ['redis://:p@ss/hunter2@redis:6379', 'redis://***@redis:6379'],
    ['me:hunter2@tcp(mysql:3306)/orders', '***@tcp(mysql:3306)/orders'],
    ['host=db password=hunter2 port=1', 'host=db password=***'],
    ['Server=tcp:db,1433;Password="hunter;2";Encrypt=True', 'Server=tcp:db,1433;Password=***;Encrypt=True'],
    [
      'Endpoint=sb://x/;SharedAccessKey=hunter2=;EntityPath=q',
      'Endpoint=sb://x/;SharedAccessKey=***;EntityPath=q',
    ],
    ['https://x.blob/?sv=2024&sig=hunter2%3D&se=1', 'https://x.blob/?sv=2024&sig=***&se=1'],
    ['{"type":"account","private_key_id": "hunter\\"2"}', '{"type":"account","private_key_id": "***"}'],
    ['authorization: Bearer hunter2', 'authorization: Bearer ***'],
    ['x=1&Access Key = hunter2&connection string=hunter2', 'x=1&Access Key = ***&connection string=***'],
    ['password=token="hunter;2";x=1', 'password=***;x=1'],
    ["pwd='hunter2", 'pwd=***'],
    ['x user=me:hunter2@db, https://db:1/', 'x ***@db, https://db:1/'],
    ['{"token" : "hunter2","pwd":"hunter2","x":"y"}', '{"token" : "***","pwd":"***","x":"y"}'],
    ['-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----', '***'],
  ])('wherever it is in a value: %s', (value, shown) => {
    expect(maskSecrets({ url: value })).toEqual({ url: shown })
  })

  it('at any depth', () => {
    const configuration = {
      tracing: { otel: { headers: [{ name: 'api-key', value: 'hunter2' }] } },
      httpPipeline: { handlers: [{ spec: { clientSecret: 'hunter2' } }] },
    }
    expect(JSON.stringify(maskSecrets(configuration))).not.toContain('hunter2')
  })
})

it.each([
  ['redisHost', 'redis-token-service:6379'],
  ['keyPrefix', '2026-01-01t00-00-00-abcd'],
  ['redisUsername', 'me'],
  ['authType', 'mtls'],
  ['COMPAT', 'yes'],
  ['passive', 'true'],
  ['redisPassword', ''],
  ['brokers', 'a:9092,b:9092'],
  ['url', 'postgres://db:5432/orders?sslmode=disable'],
  ['GODEBUG', 'gctrace=1,madvdontneed=1'],
])('what is no secret is shown: %s=%s', (name, value) => {
  expect(maskSecrets({ [name]: value })).toEqual({ [name]: value })
})

it('what is no text keeps its value', () => {
  const configuration = { features: [{ name: 'HotReload', enabled: false }], api: { limit: 3, none: null } }
  expect(maskSecrets(configuration)).toEqual(configuration)
})

it('takes time in proportion to the length of a text, whatever is in it', () => {
  const words = [
    'a',
    'token',
    'token=',
    'token="',
    '"token":',
    '"token":"',
    '"token":"\\"',
    '://',
    'a:',
    '@',
    ',',
    '=',
  ]
  const more = [
    "'",
    '"',
    ' ',
    'me:pw@ ',
    'Bearer ',
    '-----BEGIN ',
    'PRIVATE KEY',
    'pwd=\'x"',
    'access ',
    'x,y:z',
  ]
  const msOf = (length: number) => {
    const texts = [...words, ...more].map((word) => word.repeat(length / word.length))
    const started = performance.now()
    for (const text of texts) maskSecrets({ text, [text]: 'x' })
    return performance.now() - started
  }
  /** How many times as long a text of four times the length takes: 4 if linear, 16 if quadratic, 64 if cubic. */
  const growth = (length: number) => {
    const times = Array.from({ length: 8 }, () => [msOf(length), msOf(4 * length)] as const)
    return Math.min(...times.map(([, long]) => long)) / Math.min(...times.map(([short]) => short))
  }
  growth(500) // compiles it
  expect(growth(500)).toBeLessThan(32) // a cubic one would not end at the lengths below
  expect(growth(20_000)).toBeLessThan(12)
})

it('a reference to a secret is not masked: it has no value', () => {
  const auth = { secretStore: 'vault' }
  const field = { name: 'redisPassword', secretKeyRef: { name: 'redis', key: 'password' } }
  expect(maskSecrets({ auth, metadata: [field] })).toEqual({ auth, metadata: [field] })
})

it.each([
  [
    ['app', '--api-token', 'hunter2', '--port', '3000'],
    ['app', '--api-token', '***', '--port', '3000'],
  ],
  [
    ['app', '--password=hunter2'],
    ['app', '--password=***'],
  ],
  [
    ['sh', '-c', 'exec app --verbose --secret hunter2 x'],
    ['sh', '-c', 'exec app --verbose --secret *** x'],
  ],
  [
    ['nice', '-n', '10', 'node', 'app.mjs'],
    ['nice', '-n', '10', 'node', 'app.mjs'],
  ],
])('of a command what follows the name of a secret is masked: %j', (words, masked) => {
  expect(maskArguments(words)).toEqual(masked)
})
