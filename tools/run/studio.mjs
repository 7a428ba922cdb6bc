// Opens Prisma Studio on the database that the demo leaves behind.
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { streamFrom, tool } from './child.mjs'

const DEMO_DATABASE = '.descartes/demo.db'
const DEFAULT_PORT = 5555

/** @param {string[]} args `--port N`, or nothing */
export async function studio(args) {
  const port = portOf(args)
  if (port === undefined) {
    console.error(`expected --port and a number from 1 to 65535, got: ${args.join(' ')}`)
    return 2
  }
  const problem = await problemOf(port)
  if (problem !== undefined) {
    const other = port === DEFAULT_PORT ? 5556 : DEFAULT_PORT
    console.error(`Port ${port} cannot be used (${problem}). Try another: npm run studio -- --port ${other}`)
    return 1
  }
  const file = path.resolve(DEMO_DATABASE)
  if (!fs.existsSync(file)) {
    console.error(`There is no ${DEMO_DATABASE} yet: run \`npm run demo\` first, it writes one to look at.`)
    return 1
  }
  const config = ['--config', 'prisma.sqlite.config.ts', '--url', pathToFileURL(file).href]
  const announced = `Prisma Studio on ${DEMO_DATABASE}: open http://localhost:${port} (Ctrl+C ends it)`
  return streamFrom(/is running at/, announced, tool('prisma'), [
    ...['studio', ...config],
    ...['--browser', 'none', '--port', String(port)],
  ])
}

/** @param {string[]} args */
function portOf(args) {
  if (args.length === 0) return DEFAULT_PORT
  const given = args.join('=').match(/^--port=(\d{1,5})$/)?.[1]
  const port = Number(given)
  return port >= 1 && port <= 65_535 ? port : undefined
}

/**
 * Why nobody can listen there now; undefined if somebody can.
 * @param {number} port
 * @returns {Promise<string | undefined>}
 */
function problemOf(port) {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) =>
      resolve(error.code === 'EADDRINUSE' ? 'another program uses it' : error.message),
    )
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(undefined)))
  })
}
