// What testapp-http costs beside a plain Go handler: same fortio, same machine, in turn.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const rounds = Number(process.env.ROUNDS || 5)
const secondsEach = 3
const here = import.meta.dirname
const fortio = join(here, '../../fortio-image/bin/fortio')
const folder = mkdtempSync(join(tmpdir(), 'testapp-bench-'))

const apps = {
  go: join(folder, 'go-handler'),
  testapp: process.execPath,
}

execFileSync('go', ['build', '-o', apps.go, '.'], { cwd: join(here, 'go-handler'), stdio: 'inherit' })
const servers = {
  go: await start(apps.go, []),
  testapp: await start(apps.testapp, [join(here, '../dist/main.cjs')]),
}
try {
  const throughput = { go: [] as number[], testapp: [] as number[] }
  const p50 = { go: [] as number[], testapp: [] as number[] }
  for (let round = 1; round <= rounds; round++) {
    for (const app of ['go', 'testapp'] as const) {
      throughput[app].push(load(servers[app].port, 0).ActualQPS)
      p50[app].push(load(servers[app].port, 1000).DurationHistogram.Percentiles[0].Value * 1000)
    }
    console.log(`round ${round} of ${rounds}`)
  }
  show('maximum throughput, requests/s', throughput, 0)
  show('p50 at 1000 qps, ms', p50, 3)
} finally {
  for (const { child } of Object.values(servers)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
}

async function start(file: string, args: string[]) {
  const port = await freePort()
  const env = { ...process.env, PORT: String(port), HOST: '127.0.0.1' }
  const child = spawn(file, args, { env, stdio: 'inherit' })
  const url = `http://127.0.0.1:${port}/test`
  while (
    !(await fetch(url).then(
      (r) => r.ok,
      () => false,
    ))
  )
    await pause(20)
  return { child, port }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

function load(port: number, qps: number) {
  const url = `http://127.0.0.1:${port}/test`
  const args = [
    'load',
    '-json',
    '-',
    '-qps',
    String(qps),
    '-c',
    '16',
    '-t',
    `${secondsEach}s`,
    '-r',
    '0.00002',
    '-p',
    '50',
  ]
  const output = execFileSync(fortio, [...args, '-payload-size', '1024', '-loglevel', 'Error', url], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return JSON.parse(output.slice(output.indexOf('{')))
}

function show(what: string, values: { go: number[]; testapp: number[] }, digits: number) {
  const go = median(values.go)
  const testapp = median(values.testapp)
  const ratio = median(values.testapp.map((value, i) => value / (values.go[i] as number)))
  console.log(
    `${what}: Go ${go.toFixed(digits)}, testapp-http ${testapp.toFixed(digits)}, ratio ${ratio.toFixed(2)}`,
  )
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number
}
