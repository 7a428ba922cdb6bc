import assert from 'node:assert/strict'
import Database from 'better-sqlite3'

/** What was measured did not do its work. */
export class DataCheckError extends Error {
  override name = 'DataCheckError'
}

/** Reads back what a subject wrote, on a connection of its own and in words of its own. */
export class Reader {
  readonly #database: Database.Database
  readonly #statements = new Map<string, Database.Statement<unknown[], unknown>>()

  constructor(path: string) {
    this.#database = new Database(path, { readonly: true, fileMustExist: true })
  }

  row<T>(sql: string, ...params: unknown[]): T | undefined {
    return this.#prepare(sql).get(...params) as T | undefined
  }

  rows<T>(sql: string, ...params: unknown[]): T[] {
    return this.#prepare(sql).all(...params) as T[]
  }

  count(table: string): number {
    return this.row<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n as number
  }

  close(): void {
    this.#database.close()
  }

  #prepare(sql: string): Database.Statement<unknown[], unknown> {
    const prepared = this.#statements.get(sql) ?? this.#database.prepare<unknown[], unknown>(sql)
    this.#statements.set(sql, prepared)
    return prepared
  }
}

/** Throws a DataCheckError when the data is not what was written. */
export function requireSame(actual: unknown, expected: unknown, what: string): void {
  try {
    assert.deepStrictEqual(actual, expected)
  } catch (cause) {
    throw new DataCheckError(`${what}: ${(cause as Error).message}`, { cause })
  }
}
