import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SQLITE_MIGRATIONS } from '../../packages/store/src/migrations/embedded.ts'

// What the triggers of the migrations promise to every door: ours, Prisma's, and a bare `sqlite3`.

let database: Database.Database

beforeEach(() => {
  database = new Database(':memory:')
  database.pragma('trusted_schema = OFF')
  database.pragma('foreign_keys = ON')
  for (const { sql } of SQLITE_MIGRATIONS) database.exec(sql)
})

afterEach(() => {
  database.close()
})

const EVENT = 'INSERT INTO events (id, seq, event_type, session_id, actor_type, actor_id, content)'
const save = (id: string, content: string, seq = 0) =>
  database.prepare(`${EVENT} VALUES (?, ?, 'note', 's', 'user', 'u', ?)`).run(id, seq, content)
const numbers = () => database.prepare('SELECT id, seq FROM events ORDER BY seq').raw().all()
const search = (words: string) =>
  database
    .prepare('SELECT id FROM events_fts JOIN events ON seq = events_fts.rowid WHERE events_fts MATCH ? ORDER BY seq')
    .pluck()
    .all(words)
/** Throws when the index and the table differ. */
const checkIndex = () => database.exec("INSERT INTO events_fts (events_fts, rank) VALUES ('integrity-check', 1)")

describe('numbers', () => {
  test('an event that brings none takes the next one, row by row', () => {
    save('a', 'one')
    save('b', 'two', 2)
    database.exec(`${EVENT} VALUES ('c', 0, 'n', 's', 'user', 'u', ''), ('d', 0, 'n', 's', 'user', 'u', '')`)
    expect(numbers()).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 3],
      ['d', 4],
    ])
  })

  test('a chosen number is refused, unless it is the next', () => {
    save('a', 'one')
    for (const seq of [1, 3, -1]) expect(() => save('b', 'two', seq)).toThrow('leave seq out')
    expect(() => database.exec(`UPDATE events SET seq = 9 WHERE id = 'a'`)).toThrow('never changes')
    expect(numbers()).toEqual([['a', 1]])
  })

  test('a transition is numbered within its agent and namespace', () => {
    const insert = database.prepare(
      `INSERT INTO state_transitions (namespace, id, agent_id, state_before, state_after) VALUES (?, ?, ?, 'a', 'b')`,
    )
    for (const [namespace, id, agent] of ['n1 1 x', 'n1 2 x', 'n1 3 y', 'n2 4 x'].map((row) => row.split(' '))) {
      insert.run(namespace, id, agent)
    }
    expect(database.prepare('SELECT id, seq FROM state_transitions ORDER BY id').raw().all()).toEqual([
      ['1', 1],
      ['2', 2],
      ['3', 1],
      ['4', 1],
    ])
  })

  test('a time that the database fills in looks like one that Prisma writes', () => {
    save('a', '')
    const time = database.prepare('SELECT timestamp FROM events').pluck().get()
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/)
  })
})

describe('the full-text index', () => {
  test('follows every insert, update, upsert and delete', () => {
    save('a', 'Straße nach Wörgl')
    save('b', 'numbered by its writer', 2)
    expect(search('worgl')).toEqual(['a'])
    expect(search('numbered')).toEqual(['b'])
    checkIndex()

    database.exec(`UPDATE events SET content = 'rewritten' WHERE id = 'a'`)
    database.exec(`UPDATE events SET metadata = '{}', seq = seq WHERE id = 'b'`)
    expect([search('worgl'), search('rewritten'), search('numbered')]).toEqual([[], ['a'], ['b']])
    checkIndex()

    const upsert = 'ON CONFLICT (namespace, id) DO UPDATE SET content = excluded.content'
    database.exec(`${EVENT} VALUES ('a', 0, 'note', 's', 'user', 'u', 'upserted') ${upsert}`)
    expect([search('rewritten'), search('upserted')]).toEqual([[], ['a']])
    checkIndex()

    database.exec('DELETE FROM events')
    expect(search('upserted')).toEqual([])
    checkIndex()
  })

  test('comes back with a transaction that is rolled back', () => {
    save('a', 'kept')
    database.exec(`BEGIN; UPDATE events SET content = 'lost'; DELETE FROM events; ROLLBACK`)
    expect([search('kept'), search('lost')]).toEqual([['a'], []])
    checkIndex()
  })

  test.each(['events_fts_insert', 'events_fts_update', 'events_fts_delete'])('is wrong without %s', (trigger) => {
    database.exec(`DROP TRIGGER ${trigger}`)
    save('a', 'one', 1)
    save('b', 'two')
    expect(() => {
      database.exec(`UPDATE events SET content = 'other'; DELETE FROM events WHERE id = 'a'`)
      checkIndex()
    }).toThrow(/malformed/)
  })
})
