import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { addressOf } from '../address.ts'
import { CannotOpenError } from '../errors.ts'

/** Where a SQLite database lives: a file, or the memory of this process. */
export interface Location {
  /** The url as the caller wrote it, for messages. */
  readonly url: string
  /** What SQLite opens. */
  readonly path: string
  /** In memory: one connection, gone when it is closed. */
  readonly inMemory: boolean
}

const FORMS =
  'write file:./relative.db, file:///absolute/path.db or :memory:, or postgresql://user:password@host:5432/database'

/** Reads a `file:` url or `:memory:`; everything that SQLite would take for something else is refused. */
export function parseLocation(url: string): Location {
  const refuse = (reason: string) => new CannotOpenError(addressOf(String(url)), reason)
  if (typeof url !== 'string') throw refuse(`the url must be a string; ${FORMS}`)
  if (url.trim() === '') throw refuse(`the url is empty; ${FORMS}`)
  if (url.includes('\0')) throw refuse('the url holds a NUL character')
  if (url === ':memory:' || url === 'file::memory:') return { url, path: ':memory:', inMemory: true }
  if (!url.startsWith('file:')) throw refuse(`unknown kind of url; ${FORMS}`)
  const [address, parameters] = url.split('?', 2) as [string, string | undefined]
  if (parameters !== undefined) throw refuse(`unknown parameter ?${parameters}; a file: url takes none`)
  const path = address.startsWith('file://') ? absolute(address, refuse) : address.slice('file:'.length)
  if (path === '') throw refuse(`the path is empty; ${FORMS}`)
  // better-sqlite3 would trim it, and open another file.
  if (path !== path.trim()) throw refuse('the path begins or ends with white space')
  // Absolute, because a second connection may be opened after the process has changed its directory.
  return { url, path: resolve(path), inMemory: false }
}

function absolute(address: string, refuse: (reason: string) => Error): string {
  if (address.includes('#')) throw refuse('a # would end the path; write %23')
  try {
    return fileURLToPath(address)
  } catch {
    // Its cause would show the whole url.
    throw refuse(`not a valid file url; ${FORMS}`)
  }
}
