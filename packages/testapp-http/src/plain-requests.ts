import type { Server } from 'node:http'
import type { Socket } from 'node:net'

const endOfHead = '\r\n\r\n'
const noBytes = Buffer.alloc(0)

/**
 * Responds to plain requests for one path directly on their socket, with 200 and no body. This app is part of every
 * measurement, and Node's HTTP server takes most of the time of an empty response.
 *
 * Plain means HTTP/1.1 with a common method, headers that arrive in one piece, and a body of known length or none, as
 * load generators and sidecars send. At the first other request, the HTTP server takes over the connection for good,
 * with that request.
 */
export class PlainRequests {
  readonly #requestLine: RegExp
  readonly #maxBodyBytes: number
  readonly #sockets = new Set<Socket>()
  readonly #clock = setInterval(() => this.#setAnswer(), 1_000).unref()
  #answer = noBytes

  constructor(path: string, maxBodyBytes: number) {
    this.#requestLine = new RegExp(
      `^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) ${path}(\\?\\S*)? HTTP/1\\.1\r\n`,
    )
    this.#maxBodyBytes = maxBodyBytes
    this.#setAnswer()
  }

  /** Handles connections before the server does. */
  serveFirst(server: Server): void {
    const handleConnection = server.listeners('connection') as ((socket: Socket) => void)[]
    server.removeAllListeners('connection')
    server.on('connection', (socket: Socket) => {
      this.#serve(socket, () => {
        for (const handle of handleConnection) handle.call(server, socket)
      })
    })
  }

  close(): void {
    clearInterval(this.#clock)
    for (const socket of this.#sockets) socket.destroy()
  }

  #serve(socket: Socket, handOver: () => void): void {
    let bodyLeft = 0

    const onData = (chunk: Buffer) => {
      let at = 0
      while (at < chunk.length) {
        if (bodyLeft === 0) {
          const end = chunk.indexOf(endOfHead, at)
          const length = end === -1 ? undefined : this.#bodyLength(chunk.toString('latin1', at, end + 2))
          if (length === undefined) return giveUp(chunk.subarray(at))
          at = end + endOfHead.length
          bodyLeft = length
        }
        const received = Math.min(bodyLeft, chunk.length - at)
        at += received
        bodyLeft -= received
        if (bodyLeft === 0) socket.write(this.#answer)
      }
    }
    const onError = () => socket.destroy()
    // Node's HTTP server keeps its side of a connection open when the client has closed the other.
    const onEnd = () => socket.end()
    const onClose = () => this.#sockets.delete(socket)
    const giveUp = (rest: Buffer) => {
      socket.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose)
      this.#sockets.delete(socket)
      socket.pause()
      handOver()
      socket.unshift(rest)
      socket.resume()
    }

    this.#sockets.add(socket)
    socket.setNoDelay()
    socket.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose)
  }

  /** The length of a plain request's body; undefined if the request isn't plain. */
  #bodyLength(head: string): number | undefined {
    if (!this.#requestLine.test(head)) return undefined
    if (/\r\n(transfer-encoding|expect|upgrade|connection(?!: *keep-alive\r\n)) *:/i.test(head))
      return undefined
    if (!/\r\nhost:/i.test(head) || /[^\r]\n/.test(head)) return undefined
    const lengths = head.match(/\r\ncontent-length:[^\r]*/gi)
    if (!lengths) return 0
    const digits = lengths.length === 1 && /: *(\d{1,10}) *$/.exec(lengths[0] as string)?.[1]
    if (!digits || Number(digits) > this.#maxBodyBytes) return undefined
    return Number(digits)
  }

  #setAnswer(): void {
    const lines = ['HTTP/1.1 200 OK', `Date: ${new Date().toUTCString()}`, 'Content-Length: 0']
    this.#answer = Buffer.from(lines.join('\r\n') + endOfHead)
  }
}
