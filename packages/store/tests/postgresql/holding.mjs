// What the programs have in common that hold servers for tests. They say how it went in lines of JSON.
import { once } from 'node:events'
import net from 'node:net'

/** @param {object} message */
export function answer(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

/** @returns {Promise<number>} */
export async function freePort() {
  const probe = net.createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = /** @type {net.AddressInfo} */ (probe.address())
  await new Promise((resolve) => probe.close(resolve))
  return port
}
