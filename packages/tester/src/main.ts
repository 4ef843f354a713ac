import { buildServer } from './server.js'

const { PORT, HOST, TESTER_TOKEN } = process.env

const app = buildServer({ token: TESTER_TOKEN, logger: true })

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  // Not `once`: without a listener of ours execa's clean-up would end the process in the middle of closing.
  process.on(signal, () => app.close())
}

app.listen({ port: Number(PORT || 3001), host: HOST || '0.0.0.0' }).catch((error: Error) => {
  app.log.fatal(error)
  process.exitCode = 1
})
