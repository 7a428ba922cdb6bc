import Database from 'better-sqlite3'
import type { Durability } from './subject.ts'

/** The namespace that everything is kept in: the store's default. */
export const NAMESPACE = 'default'

/** The pragmas that our engine sets on its connection, besides WAL, which the file keeps. */
export function pragmas(durability: Durability): string[] {
  const synchronous = `synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`
  return [
    synchronous,
    'foreign_keys = ON',
    'trusted_schema = OFF',
    'cell_size_check = ON',
    'mmap_size = 0',
    'secure_delete = ON',
    'cache_size = -65536',
    'wal_autocheckpoint = 4000',
    'fullfsync = ON',
    'checkpoint_fullfsync = ON',
    'journal_size_limit = 67108864',
  ]
}

/** The least that makes a connection as durable as ours: what else ours sets, for better or worse, others do not. */
export function durabilityAlone(durability: Durability): string[] {
  return [`synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`]
}

/** The numbers by which SQLite reports `synchronous`. */
export const SYNCHRONOUS = { normal: 1, full: 2 } as const

/** Opens a database that our store has created, with the same pragmas unless others are given. */
export function openDatabase(
  path: string,
  durability: Durability,
  settings: readonly string[] = pragmas(durability),
): Database.Database {
  const database = new Database(path, { timeout: 0, fileMustExist: true })
  for (const pragma of settings) database.pragma(pragma)
  if (database.pragma('journal_mode = WAL', { simple: true }) !== 'wal') throw new Error(`${path}: no write-ahead log`)
  if (database.pragma('synchronous', { simple: true }) !== SYNCHRONOUS[durability])
    throw new Error(`${path}: synchronous is not ${durability}`)
  return database
}
