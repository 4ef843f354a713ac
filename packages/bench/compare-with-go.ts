import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const rounds = Number(process.env.ROUNDS || 5)
const secondsEach = 3
const fortio = join(import.meta.dirname, '../fortio-image/bin/fortio')

interface Comparison {
  /** The app's name in the output. */
  name: string
  /** The app's built file. */
  main: string
  /** The folder of the Go program that does the same. */
  goApp: string
  /** fortio's arguments besides rate, connections and duration, for an app on this port. */
  fortioArgs: (port: number) => string[]
}

/**
 * Loads an app and an equivalent Go app in turn, without a rate limit and at 1000 requests/s. Prints the medians of
 * ROUNDS rounds (5 by default), and the median of the rounds' ratios.
 */
export async function compareWithGo({ name, main, goApp, fortioArgs }: Comparison): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'testapp-bench-'))
  const children: ChildProcess[] = []
  try {
    const program = join(folder, 'go-app')
    execFileSync('go', ['build', '-o', program, '.'], { cwd: goApp, stdio: 'inherit' })
    const ports = {
      go: await start(program, [], children),
      app: await start(process.execPath, [main], children),
    }
    const throughput = { go: [] as number[], app: [] as number[] }
    const p50 = { go: [] as number[], app: [] as number[] }
    for (let round = 1; round <= rounds; round++) {
      for (const side of ['go', 'app'] as const) {
        throughput[side].push(load(0, fortioArgs(ports[side])).ActualQPS)
        p50[side].push(load(1000, fortioArgs(ports[side])).DurationHistogram.Percentiles[0].Value * 1000)
      }
      console.log(`round ${round} of ${rounds}`)
    }
    show('maximum throughput, requests/s', name, throughput, 0)
    show('p50 at 1000 qps, ms', name, p50, 3)
  } finally {
    for (const child of children) child.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  }
}

async function start(file: string, args: string[], children: ChildProcess[]): Promise<number> {
  const port = await freePort()
  const env = { ...process.env, PORT: String(port), HOST: '127.0.0.1' }
  const child = spawn(file, args, { env, stdio: 'inherit' })
  children.push(child)
  while (!(await accepts(port))) {
    if (child.exitCode !== null)
      throw new Error(`${file} exited with code ${child.exitCode} before it listened`)
    await pause(20)
  }
  return port
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

function load(qps: number, fortioArgs: string[]) {
  const duration = `${secondsEach}s`
  const how = [
    '-qps',
    String(qps),
    '-c',
    '16',
    '-t',
    duration,
    '-r',
    '0.00002',
    '-p',
    '50',
    '-payload-size',
    '1024',
  ]
  const args = ['load', '-json', '-', '-loglevel', 'Error', ...how, ...fortioArgs]
  const output = execFileSync(fortio, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  return JSON.parse(output.slice(output.indexOf('{')))
}

function show(what: string, name: string, values: { go: number[]; app: number[] }, digits: number) {
  const go = median(values.go)
  const app = median(values.app)
  const ratio = median(values.app.map((value, i) => value / (values.go[i] as number)))
  console.log(`${what}: Go ${go.toFixed(digits)}, ${name} ${app.toFixed(digits)}, ratio ${ratio.toFixed(2)}`)
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number
}
