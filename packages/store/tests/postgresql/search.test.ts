import fc from 'fast-check'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { POSTGRESQL_MIGRATIONS } from '../../src/migrations/postgresql.ts'
import { findersOf, fold } from '../../src/operations/words.ts'
import { migratePostgresql } from '../../src/postgresql/migrate.ts'
import { connectionOfFile, valuesOf } from './connect.ts'
import { databaseOfFile } from './database.ts'

const url = databaseOfFile()
const client = connectionOfFile(url)

const INSERT = `INSERT INTO events (namespace, id, event_type, session_id, actor_type, actor_id, content) VALUES ($1, $2, 't', 's', 'user', 'u', $3)`
/** As a search asks: the index first, and the text itself where the index has doubts. */
const MATCHES = `words @@ search_query($1, $2) AND (words @@ search_phrases($2) OR search_holds(content, $2))`
const FIND = `SELECT id FROM events WHERE namespace = $1 AND ${MATCHES} ORDER BY id`
const FIND_IN_TEXT = `SELECT ${MATCHES} FROM (SELECT event_words($1, $3) AS words, $3::text AS content) e`

const save = (id: string, content: string, namespace = 'default') => client().query(INSERT, [namespace, id, content])
const search = (terms: string[], namespace = 'default') => valuesOf(client(), FIND, [namespace, terms])
const isFoundIn = async (text: string, terms: string[]) =>
  (await valuesOf(client(), FIND_IN_TEXT, ['n', terms, text]))[0]

/** The words of a text by the rules that snippets and scores go by. */
const wordsOf = (text: string) => (fold(text).match(/[\p{L}\p{N}\p{Co}]+/gu) ?? []).join(' ')

function holds(text: string, terms: string[]): boolean {
  const finders = findersOf(terms)
  return finders.length > 0 && finders.every((find) => find(fold(text), 0) !== undefined)
}

describe('the words of a text', () => {
  it('are what they are everywhere, for every character that there is', async () => {
    // Private use fills two planes and a half; both ends of them will do.
    const all = `SELECT string_agg(chr(i), '') FROM generate_series(1, 1114109) i
      WHERE i NOT BETWEEN 55296 AND 57343 AND i NOT BETWEEN 57400 AND 63700 AND i NOT BETWEEN 983100 AND 1114000 AND unicode_assigned(chr(i))`
    const [characters] = (await valuesOf(client(), all)) as [string]
    const known = [...characters].filter((character) => !/\p{Cn}/u.test(character))
    expect(known.length).toBeGreaterThan(150_000)
    const text = known.map((character) => `${character.codePointAt(0)} x${character}y`).join(' ')
    const [folded] = (await valuesOf(client(), 'SELECT fold_text($1)', [text])) as [string]
    const [got, expected] = [folded, wordsOf(text)].map((words) => words.split(/ (?=\d+ x)/))
    expect(got?.filter((entry, i) => entry !== expected?.[i]).slice(0, 20)).toEqual([])
    expect(got).toHaveLength(expected?.length ?? 0)
  })

  const piece = fc.oneof(
    fc.constantFrom(
      'foo',
      'bar',
      'Foo',
      'FÖÖ',
      'foo',
      'ба',
      'Ба',
      'ς',
      'Σ',
      'ſ',
      'İ',
      'ı',
      'ß',
      '東京',
      '3d',
      '1e5',
      '٣',
      '½',
      'Ⅷ',
    ),
    fc.constantFrom(
      ' ',
      '-',
      '_',
      '.',
      "'",
      '"',
      '&',
      '|',
      '!',
      ':',
      '*',
      '\\',
      '<->',
      '\n',
      '\u00A0',
      '\u0301',
      '👍',
      '\uE000',
    ),
    fc.string({ unit: 'grapheme', maxLength: 3 }),
  )
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('').replaceAll('\0', ''))

  it('are found as scores and snippets find them, whatever the text and the terms', async () => {
    let found = 0
    await fc.assert(
      fc.asyncProperty(text, fc.array(text, { maxLength: 3 }), fc.nat(), async (content, others, cut) => {
        const terms = [content.slice(cut % (content.length + 1)), ...others.slice(0, cut % 3)]
        const expected = holds(content, terms)
        if (expected) found++
        expect(await isFoundIn(content, terms)).toBe(expected)
      }),
      {
        numRuns: 1500,
        seed: 4,
        examples: [
          ['foo-bar', ['foo bar'], 0],
          ["don't", ['don', 't'], 1],
          ['', [], 0],
        ],
      },
    )
    expect(found).toBeGreaterThan(300)
  })

  it("control: PostgreSQL's own way to take a text apart is caught", async () => {
    const naive = `SELECT to_tsvector('simple', $1::text) @@ phraseto_tsquery('simple', $2)`
    const isFound = async (content: string, term: string) => (await valuesOf(client(), naive, [content, term]))[0]
    const differing = fc.asyncProperty(text, async (content) => {
      expect(await isFound(content, content)).toBe(holds(content, [content]))
    })
    await expect(fc.assert(differing, { numRuns: 1500, seed: 4 })).rejects.toThrow(/Property failed/)
  })

  it('are the same in a database whose own rules are Turkish', async () => {
    const name = `turkish_${process.pid}`
    await client().query(`CREATE DATABASE ${name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR'`)
    const turkish = new Client(Object.assign(new URL(url()), { pathname: name }).href)
    await turkish.connect()
    try {
      await migratePostgresql(turkish, POSTGRESQL_MIGRATIONS, 'postgresql://turkish')
      const text = 'TITLE İstanbul ISPARTA Straße Größe ΣΊΣΥΦΟΣ Ёлка'
      expect(await valuesOf(turkish, 'SELECT fold_text($1)', [text])).toEqual([wordsOf(text)])
    } finally {
      await turkish.end()
      await client().query(`DROP DATABASE ${name}`)
    }
  })
})

describe('a search', () => {
  it('finds all words, phrases in their order, and only in its namespace', async () => {
    await save('e1', 'Le café était FERMÉ, hélas: point-virgule.')
    await save('e2', 'point, et puis virgule')
    await save('e1', 'Le café', 'other')
    expect(await search(['CAFE', 'ferme'])).toEqual(['e1'])
    expect(await search(['point', 'virgule'])).toEqual(['e1', 'e2'])
    expect(await search(['point-virgule'])).toEqual(['e1'])
    expect(await search(['caf'])).toEqual([])
    expect(await search(['cafe'], 'other')).toEqual(['e1'])
    expect(await search(['cafe'], 'nobody')).toEqual([])
    expect(await search(["'; DROP TABLE events --", '"', '(((('])).toEqual([])
  })

  it('asks the index, for the words and for the namespace', async () => {
    await client().query('BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off')
    const explain = `EXPLAIN SELECT id FROM events WHERE words @@ search_query('default', '{cafe}')`
    const plan = (await valuesOf(client(), explain)).join('\n')
    await client().query('ROLLBACK')
    expect(plan).toContain('events_words_idx')
    expect(plan).toContain(`''=default'' & `)
  })

  it('follows a text that is changed', async () => {
    await save('changed', 'before')
    await client().query(`UPDATE events SET content = 'after' WHERE id = 'changed'`)
    expect([await search(['before']), await search(['after'])]).toEqual([[], ['changed']])
  })

  it('cannot be told apart by a word that looks like the mark of the index', async () => {
    await save('mark', '=cut =huge =other')
    expect(await search(['=huge'])).toEqual(['mark'])
    expect(await search(['absent-word'])).toEqual([])
  })
})

describe('a very long text', () => {
  const numbered = (count: number, word: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => word(i)).join(' ')

  it('of very many words is found by each of them, and by phrases of any place', async () => {
    await save('long', `${numbered(40_000, (i) => `w${i % 9000}`)} the very end`)
    expect(await search(['w8999', 'w0'])).toEqual(['long'])
    expect(await search(['very-end'])).toEqual(['long'])
    expect(await search(['w17-w18'])).toEqual(['long'])
    expect(await search(['end-very'])).toEqual([])
    expect(await search(['w18-w17'])).toEqual([])
  })

  it('that repeats a word very often is found by every phrase with it', async () => {
    await save('often', `${numbered(2000, (i) => `the n${i}`)}`)
    expect(await search(['the-n1999'])).toEqual(['often'])
    expect(await search(['n1999-the'])).toEqual([])
  })

  it('with more different words than the index takes of one text is found by each of them', async () => {
    await save(
      'huge',
      numbered(300_000, (i) => `word${i.toString(36)}`),
    )
    expect(await search([`word${(299_999).toString(36)}`, 'word1'])).toEqual(['huge'])
    expect(await search([`word${(299_998).toString(36)}-word${(299_999).toString(36)}`])).toEqual(['huge'])
    expect(await search(['wordless'])).toEqual([])
  })

  it('of one word is found by that word', async () => {
    const word = 'ab'.repeat(100_000)
    await save('word', `one ${word} two`)
    expect(await search([word])).toEqual(['word'])
    expect(await search([`${word} two`, 'one'])).toEqual(['word'])
    expect(await search([`${word}a`])).toEqual([])
  })
})
