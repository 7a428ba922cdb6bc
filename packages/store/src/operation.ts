/** What can be bound to a statement's `?` and read from a column. */
export type SqlValue = string | number | bigint | Uint8Array | null

/** One SQL statement, made once at module level; engines cache what they prepare by its identity. */
export interface Statement<Row> {
  readonly sql: string
  /** Carries the row's type; never present at run time. */
  readonly row?: Row
}

/** What an operation hands to the engine that runs it. */
export interface Step {
  readonly statement: Statement<unknown>
  readonly params: readonly SqlValue[]
  /** `all` rows as an array, or the `first` one (or undefined). */
  readonly rows: 'all' | 'first'
}

/**
 * One thing that the store does, written once for every engine: a generator that yields statements, gets their rows
 * back and returns a result. It does no I/O. An engine may run it again from the start (after a rollback), so it must
 * read before it writes, and refuse before it has changed a row.
 */
export type Operation<T> = Generator<Step, T, unknown>

/** Declares a statement and the shape of its rows. Parameters are `?`, in order. */
export function statement<Row = never>(sql: string): Statement<Row> {
  return { sql }
}

/** Runs a statement for all its rows. */
export function* query<Row>(statement: Statement<Row>, params: readonly SqlValue[]): Operation<Row[]> {
  return (yield { statement, params, rows: 'all' }) as Row[]
}

/** Runs a statement for its first row. A write is carried out whole, whatever is read of it. */
export function* queryFirst<Row>(statement: Statement<Row>, params: readonly SqlValue[]): Operation<Row | undefined> {
  return (yield { statement, params, rows: 'first' }) as Row | undefined
}

/** Runs a statement for its effect alone. */
export function* execute(statement: Statement<never>, params: readonly SqlValue[]): Operation<void> {
  yield { statement, params, rows: 'first' }
}
