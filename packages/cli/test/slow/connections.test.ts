import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from 'perf-sdk'
import { expect, it } from 'vitest'
import { Cli, failedChecks, projectOf, readResult } from '../cli.js'
import { ownApp, ownCase } from '../own-app.js'

const load = ['--qps', '100', '--connections', '4', '--arrivals', 'uniform', '--duration', '2s']

/** What comes of a case with an app that answers so, in JavaScript. */
async function measured(app: string) {
  const project = projectOf('own_app', ownCase({ command: ['node', 'hello.mjs'] }))
  writeFileSync(join(project, 'tests/own_app/hello.mjs'), app)
  const cli = new Cli(['run', 'own_app', ...load], undefined, { cwd: project })
  const code = await cli.ended
  return {
    code,
    text: cli.stdout + cli.stderr,
    result: readResult(join(project, 'results'), 'own_app') as Result,
  }
}

const closing = `
import { createServer } from 'node:http'
const { PORT, HOST, WHO, COMPONENT } = process.env
createServer((request, response) => {
  response.setHeader('Connection', 'close')
  response.end(\`called as \${WHO} with \${COMPONENT}\`)
}).listen(Number(PORT), HOST)
`

/** HTTP/1.0 knows no connections that stay open, nor does this app say that it closes them. */
const http10 = `
import { createServer } from 'node:net'
const { PORT, HOST, WHO, COMPONENT } = process.env
const body = \`called as \${WHO} with \${COMPONENT}\`
createServer((socket) => {
  socket.on('error', () => {})
  socket.once('data', () =>
    socket.end(\`HTTP/1.0 200 OK\\r\\nContent-Type: text/plain\\r\\nContent-Length: \${body.length}\\r\\n\\r\\n\${body}\`))
}).listen(Number(PORT), HOST)
`

it.each([
  ['answers Connection: close', closing],
  ['speaks HTTP/1.0', http10],
])(
  'a run says that a connection was opened for each request, also behind the sidecar: the app %s',
  async (_, app) => {
    const { text, result } = await measured(app)
    expect(failedChecks(result), text).toEqual([])
    const check = result.checks.find(({ id }) => id === 'baseline.connections')
    expect(check?.value, text).toBeGreaterThan(90)
    expect(text).toMatch(
      /^! baseline: .* opened again.*: its times include that, and what Dapr adds is too small unless/m,
    )
    expect(text).toMatch(/^! Dapr: \d+ connections to hello were opened and closed again, for \d+ requests/m)
  },
)

it('a run in which only the baseline opens a connection for each request is not valid', async () => {
  const onlyOfBaseline = closing.replace(
    'response.setHeader(',
    "if (request.url === '/') response.setHeader(",
  )
  const { code, text } = await measured(onlyOfBaseline)
  expect(code, text).toBe(3)
  expect(text).toMatch(
    /^Not valid: .*a new connection was needed for \d+ of \d+ requests of the baseline load/m,
  )
  expect(text).not.toContain('With Dapr the')
})

it('a run whose connections stay open says nothing of them', async () => {
  const { text } = await measured(ownApp)
  expect(text).not.toMatch(/opened again|opened and closed/)
})
