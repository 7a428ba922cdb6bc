import { DriverAdapterError, type SqlQuery, type SqlQueryable, type SqlResultSet } from '@prisma/driver-adapter-utils'
import type { SqliteAccess } from '../sqlite/access.ts'
import type { Connection } from '../sqlite/connection.ts'
import { toDriverAdapterError } from './driver-adapter-error.ts'
import { columnTypes, fromColumn, toParameter } from './values.ts'

export const ADAPTER = { provider: 'sqlite', adapterName: '@descartes/store' } as const

const TRANSACTION_CONTROL =
  /^(?:[\s;]|--[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*(?:begin|commit|end|rollback|savepoint|release)\b/i
const SELECT = /^\s*select\b/i
/** `INSERT OR FAIL` keeps the rows before the one that fails; every other statement undoes itself when it fails. */
const OR_FAIL = /\bfail\b/i

/** Runs Prisma's statements on an engine: reads at once, writes through its group commit. */
export class EngineQueryable implements SqlQueryable {
  readonly provider = ADAPTER.provider
  readonly adapterName = ADAPTER.adapterName
  protected access: SqliteAccess

  constructor(access: SqliteAccess) {
    this.access = access
  }

  async queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    return this.#perform(query, (connection) => select(connection, query))
  }

  async executeRaw(query: SqlQuery): Promise<number> {
    return this.#perform(query, (connection) => connection.prepareText(query.sql).run(parameters(query)).changes)
  }

  async #perform<T>(query: SqlQuery, job: (connection: Connection) => T): Promise<T> {
    if (TRANSACTION_CONTROL.test(query.sql)) {
      const message =
        'transactions are opened with $transaction(), not with SQL: a COMMIT of yours would commit the writes of others'
      throw new DriverAdapterError({ kind: 'sqlite', extendedCode: 1, message })
    }
    try {
      if (SELECT.test(query.sql)) return await this.access.performRead(job)
      return await this.access.performWrite((connection) => {
        if (OR_FAIL.test(query.sql)) connection.writes++
        return job(connection)
      })
    } catch (error) {
      throw toDriverAdapterError(error)
    }
  }
}

function select(connection: Connection, query: SqlQuery): SqlResultSet {
  const statement = connection.prepareText(query.sql)
  if (!statement.reader) {
    statement.run(parameters(query))
    return { columnNames: [], columnTypes: [], rows: [] }
  }
  const columns = statement.columns()
  const rows = statement.raw().safeIntegers().all(parameters(query)) as unknown[][]
  if (!statement.readonly) connection.writes++
  const types = columnTypes(
    columns.map((column) => column.type),
    rows,
  )
  for (const row of rows) for (const [i, type] of types.entries()) row[i] = fromColumn(row[i], type)
  return { columnNames: columns.map((column) => column.name), columnTypes: types, rows }
}

function parameters(query: SqlQuery): unknown[] {
  return query.args.map((arg, i) => toParameter(arg, query.argTypes[i]))
}
