import Database from 'better-sqlite3'
import { statement } from '../../src/operation.ts'
import { Connection } from '../../src/sqlite/connection.ts'

/** What a BEGIN meets: nothing, another process's lock, or a disk that fails. */
export type BeginFault = 'none' | 'busy' | 'ioerr'

/** What a COMMIT meets. `lost` and `durable` both report a failed disk; only one of them kept the writes. */
export type CommitFault = 'none' | 'busy' | 'full' | 'lost' | 'durable'

export interface Faults {
  begins: readonly BeginFault[]
  commits: readonly CommitFault[]
}

export const INSERT = statement('INSERT INTO written (call, part) VALUES (?, ?)')
export const VIOLATE = statement('INSERT INTO written (place, call, part) VALUES (0, ?, ?)')
export const VIOLATE_AND_ROLL_BACK = statement('INSERT OR ROLLBACK INTO written (place, call, part) VALUES (0, ?, ?)')
const COMMITTED = 'SELECT call, part FROM written WHERE place > 0 ORDER BY place'

/** One part of a call's writes. */
export interface Written {
  call: number
  part: number
}

/** A real connection, to a database in memory, whose BEGIN and COMMIT fail as told, in turn; then they succeed. */
export class FaultyConnection extends Connection {
  /** What the last COMMIT left, in the order in which it was written. */
  committed: readonly Written[] = []
  readonly #begins: BeginFault[]
  readonly #commits: CommitFault[]

  constructor({ begins, commits }: Faults) {
    super(new Database(':memory:'))
    this.database.exec(
      'CREATE TABLE written (place INTEGER PRIMARY KEY, call INTEGER, part INTEGER); INSERT INTO written VALUES (0, 0, 0)',
    )
    this.#begins = [...begins]
    this.#commits = [...commits]
  }

  override begin(): void {
    const fault = this.#begins.shift() ?? 'none'
    if (fault === 'busy') throw new Database.SqliteError('database is locked', 'SQLITE_BUSY')
    if (fault === 'ioerr') throw new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_LOCK')
    super.begin()
  }

  override commit(): void {
    const fault = this.#commits.shift() ?? 'none'
    if (fault === 'busy') throw new Database.SqliteError('database is locked', 'SQLITE_BUSY')
    if (fault === 'full' || fault === 'lost') this.rollback()
    else this.#commitAndLook()
    if (fault === 'full') throw new Database.SqliteError('database or disk is full', 'SQLITE_FULL')
    if (fault === 'lost' || fault === 'durable') throw new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC')
  }

  partsOf(call: number): number[] {
    return this.committed.filter((row) => row.call === call).map((row) => row.part)
  }

  #commitAndLook(): void {
    super.commit()
    this.committed = this.database.prepare<[], Written>(COMMITTED).all()
  }
}
