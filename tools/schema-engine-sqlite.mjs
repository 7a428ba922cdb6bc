// @ts-nocheck: it mends what the engine's own types do not speak of
// The database side of schema-engine.mjs: files, and connections mended where the engine expects the native driver.
import fs from 'node:fs'
import path from 'node:path'
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'

/** @param {string} url `file:./x.db` or `file:///absolute/x.db` */
function databasePath(url) {
  return path.resolve(url.replace(/^file:(\/\/)?/, '').replace(/\?.*$/, ''))
}

export function createDatabase(url) {
  const file = databasePath(url)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.closeSync(fs.openSync(file, 'a'))
  return file
}

export function dropDatabase(url) {
  for (const suffix of ['', '-wal', '-shm', '-journal']) fs.rmSync(databasePath(url) + suffix, { force: true })
}

/** Why nobody can connect, with Prisma's code for it; undefined if somebody can. */
export function findObstacle(url) {
  if (fs.existsSync(databasePath(url))) return undefined
  return { code: 'P1003', message: `Database \`${path.basename(databasePath(url))}\` does not exist` }
}

/** What the engine asks for connections; an in-memory database when there is no url (`generate`, `diff`). */
export class Connections {
  #inner
  #current
  #newFile

  constructor(url) {
    if (url) fs.mkdirSync(path.dirname(databasePath(url)), { recursive: true })
    if (url && !fs.existsSync(databasePath(url))) this.#newFile = databasePath(url)
    this.#inner = new PrismaBetterSqlite3({ url: url ? `file:${databasePath(url)}` : 'file::memory:' })
    this.adapterName = this.#inner.adapterName
    this.provider = this.#inner.provider
  }

  async connect() {
    this.#current = mend(await this.#inner.connect())
    return this.#current
  }

  async connectToShadowDb() {
    return mend(await this.#inner.connectToShadowDb())
  }

  async hasMigrationsTable() {
    const sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = '_prisma_migrations'"
    return (await this.#current.queryRaw({ sql, args: [], argTypes: [] })).rows.length > 0
  }

  async close() {
    await this.#current?.dispose()
    this.#current = undefined
    // To look at a database that is not there makes an empty file: a comparison leaves nothing behind.
    if (this.#newFile && fs.statSync(this.#newFile, { throwIfNoEntry: false })?.size === 0) fs.rmSync(this.#newFile)
  }
}

function mend(adapter) {
  const queryRaw = adapter.queryRaw.bind(adapter)
  adapter.queryRaw = async (query) => {
    // The engine quotes one string with "…", which better-sqlite3's SQLite takes for a column.
    const sql = query.sql.replace(
      /(type = 'index' AND name = )"([^"]*)"/,
      (_, before, name) => `${before}'${name.replaceAll("'", "''")}'`,
    )
    try {
      return await queryRaw({ ...query, sql })
    } catch (error) {
      // The engine knows a missing migrations table by the native driver's error only. No table: no rows.
      const isMissing = error?.cause?.kind === 'TableDoesNotExist' && /\bFROM\s+[`"]?_prisma_migrations/i.test(sql)
      if (isMissing) return { columnNames: [], columnTypes: [], rows: [] }
      throw error
    }
  }
  const executeRaw = adapter.executeRaw.bind(adapter)
  adapter.executeRaw = async (query) => {
    if (query.args?.length > 0) return executeRaw(query)
    // Whole migration files come this way, and better-sqlite3 prepares only one statement at a time.
    await adapter.executeScript(query.sql)
    return 0
  }
  return adapter
}
