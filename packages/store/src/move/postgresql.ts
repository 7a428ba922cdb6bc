import { randomUUID } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'
import { MoveRefusedError, RowRefusedError } from '../errors.ts'
import { MOVE } from '../migrations/pending.ts'
import { POSTGRESQL_MIGRATIONS } from '../migrations/postgresql.ts'
import type { SqlValue } from '../operation.ts'
import { cannotOpen, isServerError, NO_NUL, translate } from '../postgresql/driver-errors.ts'
import { parseHosts } from '../postgresql/hosts.ts'
import { pendingIn } from '../postgresql/migrate.ts'
import { openPostgresql } from '../postgresql/open.ts'
import { makePatient, openPool } from '../postgresql/pool.ts'
import { toParameter } from '../postgresql/statements.ts'
import { READERS } from '../postgresql/values.ts'
import { NotEmpty, otherMove, READ_MARK, REMOVE_MARK } from './mark.ts'
import { PAGE_BYTES, type Target } from './side.ts'
import {
  after,
  type CatalogColumn,
  type Column,
  type ColumnKind,
  named,
  type Position,
  quoted,
  type Row,
  type Table,
  tablesOf,
  valuesOf,
} from './tables.ts'

const POOL = { durability: 'full', maxConnections: 1, acquireTimeoutMs: 30_000, busyTimeoutMs: 10_000 } as const

const KINDS: Readonly<Record<string, ColumnKind>> = {
  text: 'text',
  integer: 'integer',
  bigint: 'integer',
  'timestamp with time zone': 'timestamp',
  jsonb: 'json',
  bytea: 'bytes',
}

// Columns that the server makes itself are not moved; partitions are, with the table that they belong to.
const CATALOG = `SELECT c.relname AS "table", a.attname AS name, format_type(a.atttypid, NULL) AS type,
    coalesce(array_position(i.indkey::int2[], a.attnum), -1) + 1 AS "keyPlace", array_lower(i.indkey::int2[], 1) AS lower
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  ORDER BY c.relname, a.attnum`

const IDENTITY = `SELECT system_identifier || ' ' || d.oid || ' ' || current_schema() AS identity
  FROM pg_control_system(), pg_database d WHERE d.datname = current_database()`

const PUT_MARK = `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, logs, applied_steps_count)
  VALUES ($1, '', NULL, '${MOVE}', $2, 0)`
const MOVE_MARK = `UPDATE _prisma_migrations SET logs = $1 WHERE migration_name = '${MOVE}' AND logs = $2`
const TAKE_MARK = `${REMOVE_MARK} AND logs = $1`

/** One move at a time into a schema. Whoever was killed lets go as soon as the server notices. */
const LOCK = `SELECT pg_advisory_lock(72707370, current_schema()::regnamespace::oid::int)`

/** Opens a database to read from it; nothing can be written through this connection. */
export async function openPostgresqlSource(url: string): Promise<PostgresqlSide> {
  const side = await openSide(url)
  try {
    await side.client.query('SET default_transaction_read_only = on')
    if ((await pendingIn(side.client, POSTGRESQL_MIGRATIONS)).length > 0)
      throw new MoveRefusedError(
        'the source was last opened by an older version; open it once with this one, then move it',
      )
    return side
  } catch (error) {
    await side.close()
    if (isServerError(error) && error.code === '42P01')
      throw new MoveRefusedError('the source is no database of a store', { cause: error })
    throw translate(error)
  }
}

/** Opens a database to write to it, and brings it to the current schema. */
export async function openPostgresqlTarget(url: string): Promise<PostgresqlSide> {
  const found = await openSide(url)
  try {
    if (await found.hasMark()) return await found.lock()
  } catch (error) {
    await found.close()
    throw translate(error)
  }
  await found.close()
  const engine = await openPostgresql(url, POOL)
  await engine.close()
  const side = await openSide(url)
  try {
    return await side.lock()
  } catch (error) {
    await side.close()
    throw translate(error)
  }
}

async function openSide(url: string): Promise<PostgresqlSide> {
  const pool = openPool(url, POOL)
  try {
    const client = await pool.connect()
    client.on('error', () => {})
    // To count the rows of a large table, or to compare them, takes as long as it takes.
    await makePatient(client)
    await client.query('SET idle_in_transaction_session_timeout = 0')
    const { rows } = await client.query<{ identity: string }>(IDENTITY)
    return new PostgresqlSide(pool, client, `postgresql ${rows[0]?.identity}`)
  } catch (error) {
    void pool.end()
    throw cannotOpen(parseHosts(url).address, error)
  }
}

/** A PostgreSQL database that a move reads from or writes to, on a connection of its own. */
export class PostgresqlSide implements Target {
  readonly client: PoolClient
  readonly identity: string
  readonly place: string
  readonly #pool: Pool
  readonly #types = new Map<string, string>()

  constructor(pool: Pool, client: PoolClient, identity: string) {
    this.#pool = pool
    this.client = client
    this.identity = identity
    this.place = identity
  }

  async lock(): Promise<this> {
    try {
      await this.client.query(LOCK)
    } catch (error) {
      throw isServerError(error) && error.code === '55P03' ? otherMove() : error
    }
    return this
  }

  async tables(): Promise<Table[]> {
    const { rows } = await this.client.query<CatalogColumn & { type: string; lower: number | null }>(CATALOG)
    for (const { table, name, type } of rows) this.#types.set(`${table}.${name}`, type)
    // An index's list of columns counts from 0.
    const columns = rows.map(({ lower, keyPlace, type, ...column }) => ({
      ...column,
      keyPlace: keyPlace === 0 ? 0 : keyPlace + 1 - (lower ?? 0),
      kind: KINDS[type] ?? ('text' as const),
    }))
    const tables = tablesOf(columns, ['namespace', 'seq'])
    await this.#requireSight(tables)
    return tables
  }

  async count(table: Table): Promise<number> {
    const [[rows]] = await this.#rows(`SELECT count(*) FROM ${quoted(table.name)}`)
    return rows as number
  }

  async page(table: Table, order: readonly string[], position: Position | undefined, most: number): Promise<Row[]> {
    const by = order.map(quoted).join(', ')
    const columns = table.columns.map(({ name }) => quoted(name)).join(', ')
    const sizes = table.columns.map(({ kind, name }) =>
      kind === 'text' || kind === 'bytes'
        ? `coalesce(octet_length(${quoted(name)}), 0)`
        : `coalesce(pg_column_size(${quoted(name)}), 0)`,
    )
    const from = `FROM ${quoted(table.name)} ${after(order, position, (i) => `$${i + 2}`)} ORDER BY ${by} LIMIT $1`
    return this.#rows(
      `SELECT ${columns} FROM (
        SELECT *, sum(bytes) OVER (ORDER BY ${by} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS bytes_before
        FROM (SELECT ${columns}, ${sizes.join(' + ')} AS bytes ${from}) page
      ) measured WHERE coalesce(bytes_before, 0) < ${PAGE_BYTES} ORDER BY ${by}`,
      [most, ...(position ?? [])],
    )
  }

  async onSnapshot<T>(work: () => Promise<T>): Promise<T> {
    await this.#rows('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    try {
      return await work()
    } finally {
      await this.client.query('COMMIT').catch(() => {})
    }
  }

  // Whoever writes makes a row version, at a place and by a transaction of its own.
  async stamp(): Promise<string> {
    const stamps: SqlValue[] = []
    for (const { name } of await this.tables()) {
      const [row] = await this.#rows(
        `SELECT count(*) || ' ' || coalesce(sum(hashtextextended(tableoid || ' ' || ctid || ' ' || xmin, 0)), 0) FROM ${quoted(name)}`,
      )
      stamps.push(row?.[0] as SqlValue)
    }
    return stamps.join()
  }

  async lastEventNumber(): Promise<number> {
    const [[last]] = await this.#rows('SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM events_seq')
    return last as number
  }

  async hasMark(): Promise<boolean> {
    const [[history]] = await this.#rows(`SELECT to_regclass('_prisma_migrations')::text`)
    return history !== null && (await this.readMark()) !== undefined
  }

  async readMark(): Promise<string | undefined> {
    const rows = await this.#rows(READ_MARK)
    return rows[0]?.[0] as string | undefined
  }

  async begin(tables: readonly Table[], mark: string, { empty }: { empty: boolean }): Promise<void> {
    await this.#transact(async () => {
      for (const { name } of tables) {
        const found = await this.#rows(`SELECT 1 FROM ${quoted(name)} LIMIT 1`)
        if (found.length > 0 && !empty) throw new NotEmpty(name)
      }
      if (empty) await this.client.query(`TRUNCATE ${tables.map(({ name }) => quoted(name)).join(', ')}`)
      await this.client.query(REMOVE_MARK)
      await this.client.query(PUT_MARK, [randomUUID(), mark])
    })
  }

  async add(table: Table, rows: readonly Row[], mark: string, next: string): Promise<void> {
    try {
      await this.#copying(async () => {
        const { rowCount } = await this.client.query(MOVE_MARK, [next, mark])
        if (rowCount !== 1) throw otherMove()
        await this.#insert(table, rows)
      })
    } catch (error) {
      if (isOfData(error)) await this.#findRefused(table, rows)
      throw translate(error)
    }
  }

  async finish(mark: string, lastEventNumber: number): Promise<void> {
    const tables = await this.tables()
    await this.#transact(async () => {
      const { rowCount } = await this.client.query(TAKE_MARK, [mark])
      if (rowCount !== 1) throw otherMove()
      if (lastEventNumber > (await this.lastEventNumber()))
        await this.client.query(`SELECT setval('events_seq', $1)`, [lastEventNumber])
    })
    // What the planner knows of the tables; without it, it takes them for empty until autovacuum comes by.
    await this.#rows(`ANALYZE ${tables.map(({ name }) => quoted(name)).join(', ')}`)
  }

  async close(): Promise<void> {
    this.client.release(true)
    await this.#pool.end()
  }

  async #insert(table: Table, rows: readonly Row[]): Promise<void> {
    const columns = table.columns.map(({ name }) => quoted(name)).join(', ')
    const arrays = table.columns.map((column, i) => `$${i + 1}::${this.#typeOf(table, column)}[]`)
    const values = table.columns.map((column, i) => rows.map((row) => parameterOf(column, row[i] as SqlValue)))
    await this.client.query(
      `INSERT INTO ${quoted(table.name)} (${columns}) SELECT * FROM unnest(${arrays.join(', ')})`,
      values,
    )
  }

  /** Names the row that the server does not take, if it is one by itself. */
  async #findRefused(table: Table, rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      try {
        await this.#copying(() => this.#insert(table, [row]), 'ROLLBACK')
      } catch (cause) {
        if (!isOfData(cause)) throw translate(cause)
        const reasons = await this.#refusedValues(table, row)
        const reason = reasons.join(', ') || (cause as Error).message
        throw new RowRefusedError(table.name, named(table, valuesOf(table, row, table.key)), reason, { cause })
      }
    }
  }

  /** What is wrong with the values of a row, each by itself; nothing where only the whole is refused. */
  async #refusedValues(table: Table, row: Row): Promise<string[]> {
    const reasons: string[] = []
    for (const [i, column] of table.columns.entries()) {
      try {
        const value = parameterOf(column, row[i] as SqlValue)
        await this.client.query(`SELECT $1::${this.#typeOf(table, column)}[]`, [[value]])
      } catch (error) {
        if (!isOfData(error)) throw translate(error)
        const isNul = NO_NUL.includes((error as { code: string }).code)
        reasons.push(
          isNul
            ? `${column.name} holds U+0000, which PostgreSQL cannot store`
            : `${column.name}: ${(error as Error).message}`,
        )
      }
    }
    return reasons
  }

  #typeOf(table: Table, { name }: Column): string {
    return this.#types.get(`${table.name}.${name}`) as string
  }

  async #transact(work: () => Promise<void>): Promise<void> {
    await this.#copying(work).catch((error) => {
      throw translate(error)
    })
  }

  // Numbers and recorded versions come along; without the setting, triggers would make them anew.
  async #copying(work: () => Promise<void>, end = 'COMMIT'): Promise<void> {
    await this.client.query('BEGIN; SET LOCAL descartes.copying = on')
    try {
      await work()
      await this.client.query(end)
    } catch (error) {
      await this.client.query('ROLLBACK').catch(() => {})
      throw error
    }
  }

  /** Behind the policies of row-level security, rows are missing without a word. */
  async #requireSight(tables: readonly Table[]): Promise<void> {
    for (const { name } of tables) {
      const [[isHeld]] = await this.#rows('SELECT row_security_active($1::text)', [quoted(name)])
      if (isHeld === 1)
        throw new MoveRefusedError('this role sees the rows of one namespace alone; connect as the owner of the tables')
    }
  }

  async #rows(text: string, values: readonly SqlValue[] = []): Promise<[SqlValue[], ...SqlValue[][]]> {
    try {
      const result = await this.client.query({ text, values: [...values], rowMode: 'array', types: READERS })
      return result.rows as [SqlValue[], ...SqlValue[][]]
    } catch (error) {
      throw translate(error)
    }
  }
}

function parameterOf({ kind }: Column, value: SqlValue): unknown {
  return kind === 'json' && value !== null ? String(value) : toParameter(value)
}

/** A value that the server cannot hold, or a row that is there already. */
function isOfData(error: unknown): boolean {
  return isServerError(error) && /^2[23]|^54/.test(error.code)
}
