import { connect } from 'node:net'

const withinMs = 1_000

/** Why no connection to an address can be opened from this machine; undefined if one can. It takes 1 s at most. */
export function whyNotConnectable(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: withinMs })
    const end = (reason?: string) => {
      socket.destroy()
      resolve(reason)
    }
    socket.once('connect', () => end())
    socket.once('timeout', () => end(`no answer within ${withinMs / 1000} s`))
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message))
  })
}
