/** What can be bound to a statement's `?` and read from a column. */
export type SqlValue = string | number | bigint | Uint8Array | null

/** How a kept row is used by an engine that cannot know whether others have written since: the statement asks. */
export interface Recall<Row> {
  /** Its further parameters on PostgreSQL: what the kept row is known by, or nulls if there is none. */
  params(kept: Row | undefined): readonly SqlValue[]
  /** The row that it gave, completed with what was kept if it says that this is still so. */
  complete(row: Row, kept: Row): Row
}

/** What a statement says besides its SQL. */
export interface Dialects<Row> {
  /** The same for PostgreSQL, where it must be another; `?` for parameters all the same. Empty where there is no need. */
  readonly postgresql?: string
  /** Added on PostgreSQL in a write, to keep what was read as it is until the commit: `FOR UPDATE`, ... */
  readonly locks?: string
  /** The only statement of its operation that writes: it needs no transaction. */
  readonly isOnlyWrite?: true
  /**
   * It changes no row that may be kept, or only one that the operation goes on to `keep` as it is then; and no agent but
   * one that a parameter names.
   */
  readonly leavesKept?: true
  /** Reads of one agent alone, which the second parameter names. */
  readonly isOfAgent?: true
  readonly recall?: Recall<Row>
}

/** One SQL statement, made once at module level; engines cache what they prepare by its identity. */
export interface Statement<Row> extends Dialects<Row> {
  readonly sql: string
  /** Carries the row's type; never present at run time. */
  readonly row?: Row
}

/** What an operation hands to the engine that runs it. */
export interface Step {
  readonly statement: Statement<unknown>
  readonly params: readonly SqlValue[]
  /** The parameters for an engine that overwrites rows in place, where they are others. */
  readonly inPlace?: readonly SqlValue[] | undefined
  /**
   * `all` rows as an array, or the `first` one (or undefined). The first may be one that was `kept`; `keep` tells what
   * the statement reads from now on, and reads nothing.
   */
  readonly rows: 'all' | 'first' | 'kept' | 'keep'
  /** It is run for its effect alone: the operation goes on the same, whatever it gives. */
  readonly isEffect?: true
  /** What to keep, and the memory that it takes. */
  readonly row?: unknown
  readonly bytes?: number
}

/**
 * One thing that the store does, written once for every engine: a generator that yields statements, gets their rows
 * back and returns a result. It does no I/O. An engine may run it again from the start (after a rollback), so it must
 * read before it writes, and refuse before it has changed a row.
 */
export type Operation<T> = Generator<Step, T, unknown>

/** Declares a statement and the shape of its rows. Parameters are `?`, in order. */
export function statement<Row = never>(sql: string, options?: Dialects<Row>): Statement<Row> {
  return { sql, ...options }
}

/** Runs a statement for all its rows. */
export function* query<Row>(statement: Statement<Row>, params: readonly SqlValue[]): Operation<Row[]> {
  return (yield { statement, params, rows: 'all' }) as Row[]
}

/** Runs a statement for its first row. A write is carried out whole, whatever is read of it. */
export function* queryFirst<Row>(statement: Statement<Row>, params: readonly SqlValue[]): Operation<Row | undefined> {
  return (yield { statement, params, rows: 'first' }) as Row | undefined
}

/** Runs a statement for its first row, which a write before may have kept in memory. It must not be changed. */
export function* queryKept<Row>(statement: Statement<Row>, params: readonly SqlValue[]): Operation<Row | undefined> {
  return (yield { statement, params, rows: 'kept' }) as Row | undefined
}

/**
 * Tells what the statement's first row is after a write; undefined if that must be read. An engine may keep it, for as
 * long as it is sure that nobody else has written, and the transaction is not rolled back.
 */
export function* keep<Row>(
  statement: Statement<Row>,
  params: readonly SqlValue[],
  row: Row | undefined,
  bytes: number,
): Operation<void> {
  yield { statement, params, rows: 'keep', row, bytes }
}

/** Runs a statement for its effect alone; with other parameters, if given, where rows are overwritten in place. */
export function* execute(
  statement: Statement<never>,
  params: readonly SqlValue[],
  inPlace?: readonly SqlValue[],
): Operation<void> {
  yield { statement, params, inPlace, rows: 'first', isEffect: true }
}
