import { once } from 'node:events'
import net from 'node:net'
import { onTestFinished } from 'vitest'

/** A way to a server that a test can cut. */
export interface Relay {
  /** The url that leads through it. */
  readonly url: string
  /** Its `host:port`. */
  readonly host: string
  /** Ends all connections, and takes no more. */
  cut(): Promise<void>
}

/** Opens a way of the running test's own to the server that the url names. */
export async function openRelay(url: string): Promise<Relay> {
  const { hostname, port } = new URL(url)
  const sockets = new Set<net.Socket>()
  const server = net.createServer((near) => {
    const far = net.connect(Number(port), hostname)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => other.destroy())
      socket.pipe(other)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as net.AddressInfo).port}`
  const cut = async () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  onTestFinished(cut)
  return { url: url.replace(/@[^/]*/, `@${host}`), host, cut }
}
