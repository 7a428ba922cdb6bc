import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SQLITE_MIGRATIONS } from '../../packages/store/src/migrations/embedded.ts'

// What the triggers of items promise to every door: ours, Prisma's, and a bare `sqlite3`.

let database: Database.Database

beforeEach(() => {
  database = new Database(':memory:')
  database.pragma('trusted_schema = OFF')
  for (const { sql } of SQLITE_MIGRATIONS) database.exec(sql)
})

afterEach(() => {
  database.close()
})

const ITEM = 'INSERT INTO items (path, key, seq, text, value)'
const NEXT = '(SELECT coalesce(max(seq), 0) + 1 FROM items)'
const save = (key: string, text: string, seq: string | number = 0) =>
  database.prepare(`${ITEM} VALUES ('["p"]', ?, ${seq}, ?, '1')`).run(key, text)
const numbers = () => database.prepare('SELECT key, seq FROM items ORDER BY seq').raw().all()
const search = (words: string) =>
  database
    .prepare('SELECT key FROM items_fts JOIN items ON seq = items_fts.rowid WHERE items_fts MATCH ? ORDER BY seq')
    .pluck()
    .all(words)
/** Throws when the index and the table differ. */
const checkIndex = () => database.exec("INSERT INTO items_fts (items_fts, rank) VALUES ('integrity-check', 1)")

test('an item that brings no number takes the next one; a chosen one is refused, unless it is the next', () => {
  save('a', 'one')
  save('b', 'two', 2)
  for (const seq of [1, 2, 4, -1]) expect(() => save('c', 'three', seq)).toThrow('leave seq out')
  expect(() => database.exec(`UPDATE items SET seq = 9 WHERE key = 'a'`)).toThrow('leave seq as it is')
  expect(() => database.exec(`UPDATE items SET seq = 2 WHERE key = 'a'`)).toThrow('leave seq as it is')
  database.exec(`UPDATE items SET seq = ${NEXT} WHERE key = 'a'`)
  expect(numbers()).toEqual([
    ['b', 2],
    ['a', 3],
  ])
  checkIndex()
})

test('the index follows every insert, update, upsert and delete', () => {
  save('a', 'Straße nach Wörgl')
  save('b', '')
  expect(search('worgl')).toEqual(['a'])
  checkIndex()
  database.exec(`UPDATE items SET text = 'rewritten' WHERE key = 'a'; UPDATE items SET value = '2', seq = seq`)
  expect([search('worgl'), search('rewritten')]).toEqual([[], ['a']])
  checkIndex()
  const upsert = 'ON CONFLICT (namespace, path, key) DO UPDATE SET text = excluded.text, seq = excluded.seq'
  database.exec(`${ITEM} VALUES ('["p"]', 'a', ${NEXT}, 'upserted', '1') ${upsert}`)
  expect([search('rewritten'), search('upserted')]).toEqual([[], ['a']])
  checkIndex()
  database.exec(`BEGIN; DELETE FROM items; ROLLBACK`)
  expect(search('upserted')).toEqual(['a'])
  database.exec('DELETE FROM items')
  expect(search('upserted')).toEqual([])
  checkIndex()
})

test.each(['items_fts_insert', 'items_fts_update', 'items_fts_delete'])(
  'control: it is wrong without %s',
  (trigger) => {
    database.exec(`DROP TRIGGER ${trigger}`)
    save('a', 'one', 1)
    save('b', 'two')
    expect(() => {
      database.exec(`UPDATE items SET text = 'other'; DELETE FROM items WHERE key = 'a'`)
      checkIndex()
    }).toThrow(/malformed/)
  },
)
