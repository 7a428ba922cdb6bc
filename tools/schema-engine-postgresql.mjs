// @ts-nocheck: it mends what the engine's own types do not speak of
// The database side of schema-engine.mjs for PostgreSQL: a server, or PGlite (PostgreSQL in this very process) where
// only schemas are compared.
import { PGlite } from '@electric-sql/pglite'
import { PrismaPg } from '@prisma/adapter-pg'
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import pg from 'pg'

/** What prisma.postgresql.config.ts names when there is no server. */
const IN_PROCESS = 'in-process.invalid'
/** PostgreSQL's one-byte type, of system tables only; the adapter refuses it. */
const CHAR = 18

const isInProcess = (url) => !url || new URL(url).hostname === IN_PROCESS
const nameOf = (url) => decodeURIComponent(new URL(url).pathname.slice(1))
const withName = (url, name) => Object.assign(new URL(url), { pathname: `/${encodeURIComponent(name)}` }).href
const quoted = (name) => `"${name.replaceAll('"', '""')}"`

async function execute(url, sql) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await client.query(sql)
  } finally {
    await client.end()
  }
}

export async function createDatabase(url) {
  if (isInProcess(url)) return nameOf(url)
  await execute(withName(url, 'postgres'), `CREATE DATABASE ${quoted(nameOf(url))}`)
  return nameOf(url)
}

export async function dropDatabase(url) {
  if (!isInProcess(url)) await execute(withName(url, 'postgres'), `DROP DATABASE IF EXISTS ${quoted(nameOf(url))}`)
}

/** Why nobody can connect, with Prisma's code for it; undefined if somebody can. */
export async function findObstacle(url) {
  if (isInProcess(url)) return undefined
  try {
    await execute(url, 'SELECT 1')
  } catch (error) {
    if (error.code === '3D000') return { code: 'P1003', message: `Database \`${nameOf(url)}\` does not exist` }
    const code = { ECONNREFUSED: 'P1001', '28P01': 'P1000' }[error.code] ?? 'P1011'
    return { code, message: error.message || `Can't reach database server at \`${new URL(url).host}\`` }
  }
}

/** What the engine asks for connections. */
export class Connections {
  adapterName = '@prisma/adapter-pg'
  provider = 'postgres'
  #url
  #current

  constructor(url) {
    this.#url = url
  }

  async connect() {
    this.#current = await (isInProcess(this.#url) ? inProcess() : toServer(this.#url))
    return this.#current
  }

  /** A database of its own to replay migrations in. */
  async connectToShadowDb() {
    return inProcess()
  }

  async hasMigrationsTable() {
    const sql = `SELECT 1 AS one WHERE to_regclass('_prisma_migrations') IS NOT NULL`
    return (await this.#current.queryRaw({ sql, args: [], argTypes: [] })).rows.length > 0
  }

  async close() {
    await this.#current?.dispose()
    this.#current = undefined
  }
}

async function toServer(url) {
  // One connection: the engine takes a lock that belongs to its session.
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  const schema = new URL(url).searchParams.get('schema') ?? undefined
  return mend(await new PrismaPg(pool, { schema }).connect(), () => pool.end())
}

async function inProcess() {
  const database = await PGlite.create()
  const pool = new pg.Pool({ host: IN_PROCESS })
  pool.query = async (query) => {
    if (typeof query === 'string') return database.exec(query)
    const result = await database.query(query.text, query.values, { rowMode: 'array', parsers: parsersOf(query) })
    return { ...result, rowCount: result.affectedRows ?? result.rows.length }
  }
  return mend(await new PrismaPg(pool).connect(), () => database.close())
}

/** The adapter's own parsers, for every type that PGlite would parse itself. */
function parsersOf({ types }) {
  const oids = [...Object.values(pg.types.builtins), 1000, 1001, 1002, 1003, 1005, 1007, 1009, 1015, 1016, 1028, 1231]
  return Object.fromEntries(oids.map((oid) => [oid, (text) => types.getTypeParser(oid, 'text')(text)]))
}

function mend(adapter, dispose) {
  const performIO = adapter.performIO.bind(adapter)
  const queryRaw = adapter.queryRaw.bind(adapter)
  adapter.queryRaw = async (query) => {
    let chars = []
    adapter.performIO = async (same) => {
      const result = await performIO(same)
      chars = result.fields.map(({ dataTypeID }) => dataTypeID === CHAR)
      const fields = result.fields.map((field, i) =>
        chars[i] ? { ...field, dataTypeID: pg.types.builtins.TEXT } : field,
      )
      return { ...result, fields, rows: result.rows }
    }
    const result = await queryRaw(query)
    result.columnTypes = result.columnTypes.map((type, i) => (chars[i] ? ColumnTypeEnum.Character : type))
    return result
  }
  // Scripts come whole: the adapter would split them at every semicolon, those within functions, too.
  adapter.executeScript = async (script) => {
    try {
      await adapter.client.query(script)
    } catch (error) {
      adapter.onError(error)
    }
  }
  adapter.dispose = dispose
  return adapter
}
