/** A program that isn't ours: it says by which names it knows itself and a component. */
export const ownApp = `
import { createServer } from 'node:http'
const { PORT, HOST, WHO, COMPONENT } = process.env
createServer((request, response) => response.end(\`called as \${WHO} with \${COMPONENT}\`)).listen(Number(PORT), HOST)
`

/** A case that measures service invocation of such an app. @param own what it is: a command, an image, or both */
export const ownCase = (own: { command?: string[]; image?: string }) => `
import { sidecarRequest, TestRunner, target, tester } from 'perf-sdk'

export default new TestRunner({
  description: 'an app of our own',
  components: [{ name: 'memory', typeName: 'state.in-memory' }],
  apps: [
    {
      appName: 'hello',
      ...${JSON.stringify(own)},
      daprEnabled: true,
      appEnv: { WHO: { appId: 'hello' }, COMPONENT: { component: 'memory' } },
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
