import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A program that isn't ours: it says by which names it knows itself and a component. */
export const ownApp = `
import { createServer } from 'node:http'
const { PORT, HOST, WHO, COMPONENT } = process.env
createServer((request, response) => response.end(\`called as \${WHO} with \${COMPONENT}\`)).listen(Number(PORT), HOST)
`

/** What must not be found in any result. */
export const secret = 'hunter2-not-to-be-shared'

const metadata = { keyPrefix: 'none', redisPassword: secret, url: `amqp://me:${secret}@rabbit:5672` }
export const maskedMetadata = { keyPrefix: 'none', redisPassword: '***', url: 'amqp://***@rabbit:5672' }
export const maskedVariables = {
  env: { WHO: 'hello', COMPONENT: 'memory', API_TOKEN: '***' },
  daprEnv: { GOGC: '200', STORE_PASSWORD: '***' },
}

/** The files below a folder that have the secret. */
export function filesWithSecret(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile() && readFileSync(file, 'utf8').includes(secret))
}

/** A case that measures service invocation of such an app. @param own what it is: a command, an image, or both */
export const ownCase = (own: { command?: string[]; image?: string }) => `
import { sidecarRequest, TestRunner, target, tester } from 'perf-sdk'

export default new TestRunner({
  description: 'an app of our own',
  components: [{ name: 'memory', typeName: 'state.in-memory', metadata: ${JSON.stringify(metadata)} }],
  apps: [
    {
      appName: 'hello',
      ...${JSON.stringify(own)},
      daprEnabled: true,
      debugLoggingEnabled: true,
      appEnv: { WHO: { appId: 'hello' }, COMPONENT: { component: 'memory' }, API_TOKEN: '${secret}' },
      daprEnv: { GOGC: '200', STORE_PASSWORD: '${secret}' },
    },
    tester(),
  ],
  params: { qps: 100, connections: 2, duration: '2s' },
  targets: { baseline: target.app('hello', '/'), dapr: target.invoke('hello', 'anything') },

  async verify(test) {
    const { appId } = test.apps.get('hello')
    const answer = await sidecarRequest(test, 'tester', 'http', 'GET', \`/v1.0/invoke/\${appId}/method/\`)
    const [, who, component] = /called as (\\S+) with (\\S+)/.exec(answer) ?? []
    return [
      {
        id: 'hello.names',
        name: \`hello: called through Dapr as \${who}, with the component \${component}\`,
        passed: who === appId && component === test.componentName('memory'),
        detail: answer,
      },
    ]
  },
})
`
