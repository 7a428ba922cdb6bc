import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { query, statement } from '../src/operation.ts'
import { deleteItem, saveEvents, saveItem, searchEvents } from '../src/operations.ts'
import type { SqliteEngine } from '../src/sqlite/sqlite-engine.ts'
import { event } from './samples.ts'
import { openTemporary, temporaryFile } from './temporary-folder.ts'

interface Index {
  /** What the full-text index is made of. */
  text: string
  /** Segments that a search opens. */
  segments: number
  automerge: number
}

async function readIndex(engine: SqliteEngine, index = 'events_fts'): Promise<Index> {
  const all = (sql: string) => engine.read(() => query(statement<{ value: unknown }>(sql), []))
  const blocks = await all(`SELECT block AS value FROM ${index}_data UNION ALL SELECT term FROM ${index}_idx`)
  const [segments] = await all(`SELECT count(DISTINCT segid) AS value FROM ${index}_idx`)
  const [automerge] = await all(`SELECT v AS value FROM ${index}_config WHERE k = 'automerge'`)
  return {
    text: Buffer.concat(blocks.flatMap(({ value }) => (Buffer.isBuffer(value) ? [value] : []))).toString('latin1'),
    segments: segments?.value as number,
    automerge: automerge?.value as number,
  }
}

let words = 0
const word = () => createHash('sha1').update(`${words++}`).digest('hex').slice(0, 16)

/** The index keeps of a word only what differs from the word before it: so the first letters do not count. */
const partOf = (secret: string) => secret.slice(4)

function found({ text }: Index, secrets: readonly string[]): string[] {
  const parts = new Set(secrets.map(partOf))
  return Array.from(text, (_, at) => text.slice(at, at + 12)).filter((part) => parts.has(part))
}

/** Events of a guest and of others, in so many commits; the words of the guest. */
async function talk(engine: SqliteEngine, commits: number, each: number): Promise<string[]> {
  const secrets: string[] = []
  for (let commit = 0; commit < commits; commit++) {
    const events = Array.from({ length: each }, (_, i) => {
      const said = Array.from({ length: 20 }, word)
      if (i % 3 === 0) secrets.push(...said)
      return event(word(), { actorId: i % 3 === 0 ? 'guest' : 'other', content: `${said.join(' ')} common` })
    })
    await engine.write(() => saveEvents('default', events))
  }
  return secrets
}

const remove = (engine: SqliteEngine) => engine.prisma.event.deleteMany({ where: { actorId: 'guest' } })

async function expectSound(engine: SqliteEngine): Promise<void> {
  await engine.prisma.$executeRawUnsafe(`INSERT INTO events_fts(events_fts, rank) VALUES ('integrity-check', 1)`)
  const search = { terms: ['common'], sessionId: undefined, eventType: undefined, position: undefined, limit: 3 }
  const { hits } = await engine.read(() => searchEvents('default', search))
  expect(hits.length).toBe(Math.min(3, await engine.prisma.event.count()))
}

describe('scrubbing', () => {
  it.each([1, 30])('takes the words of deleted items out of their search index, %i of them', async (count) => {
    const engine = await openTemporary({ durability: 'normal' })
    const secrets: string[] = []
    const path = '["guests"]'
    for (let i = 0; i < count; i++) {
      const said = Array.from({ length: 20 }, word)
      secrets.push(...said)
      const item = { path, key: `${i}`, value: '1', ttlMs: null }
      await engine.write(() => saveItem('default', { ...item, text: said.join(' ') }))
      await engine.write(() => saveItem('default', { ...item, key: `kept ${i}`, text: 'common' }))
    }
    for (let i = 0; i < count; i++) await engine.write(() => deleteItem('default', path, `${i}`))
    expect(found(await readIndex(engine, 'items_fts'), secrets)).not.toEqual([])
    await engine.scrub()
    expect(found(await readIndex(engine, 'items_fts'), secrets)).toEqual([])
    await engine.prisma.$executeRawUnsafe(`INSERT INTO items_fts(items_fts, rank) VALUES ('integrity-check', 1)`)
  })

  it.each([
    ['a few events', 1, 3],
    ['events of one commit', 1, 300],
    ['events of a few commits', 5, 200],
    ['events of many commits', 60, 40],
  ])('takes the words of deleted events out of the search index, after %s', async (_, commits, each) => {
    const engine = await openTemporary({ durability: 'normal' })
    for (let round = 0; round < 3; round++) {
      const secrets = await talk(engine, commits, each)
      await remove(engine)
      expect(found(await readIndex(engine), secrets)).not.toEqual([])
      await engine.scrub()
      const after = await readIndex(engine)
      expect(found(after, secrets)).toEqual([])
      expect(after).toMatchObject({ segments: 1, automerge: 2 })
      await expectSound(engine)
    }
  })

  it('takes out those of events that were saved and deleted in one commit', async () => {
    const engine = await openTemporary({ durability: 'normal' })
    const secret = word()
    await engine.transact(async (transaction) => {
      await transaction.write(() => saveEvents('default', [event('stays'), event('goes', { content: secret })]))
      await transaction.prisma.event.deleteMany({ where: { id: 'goes' } })
    })
    expect(found(await readIndex(engine), [secret])).not.toEqual([])
    await engine.scrub()
    expect(found(await readIndex(engine), [secret])).toEqual([])
    await engine.prisma.event.deleteMany()
    await engine.scrub()
    await expectSound(engine)
  })

  it('can be done again and again', async () => {
    const engine = await openTemporary({ durability: 'normal' })
    await talk(engine, 3, 150)
    for (let round = 0; round < 80; round++) {
      await engine.write(() =>
        saveEvents('default', [event(word(), { actorId: 'guest', content: `${word()} common` })]),
      )
      await remove(engine)
      await engine.scrub()
    }
    expect(await readIndex(engine)).toMatchObject({ segments: 1 })
    await expectSound(engine)
  })

  it('empties the log and gives the room of what was deleted back', async () => {
    const file = temporaryFile()
    const engine = await openTemporary({ file, durability: 'normal' })
    await engine.write(() => saveEvents('default', [event('large', { content: 'x'.repeat(1_000_000) })]))
    await engine.prisma.event.deleteMany()
    const { bytesBefore, bytesAfter } = await engine.scrub()
    expect(bytesAfter).toBeLessThan(bytesBefore - 900_000)
    expect([fs.statSync(file).size, fs.statSync(`${file}-wal`).size]).toEqual([bytesAfter, 0])
  })

  it('says so when the store is closed meanwhile', async () => {
    const engine = await openTemporary({ durability: 'normal' })
    await talk(engine, 20, 40)
    const scrubbing = engine.scrub()
    await engine.close()
    await expect(scrubbing).rejects.toMatchObject({ code: 'STORE_CLOSED' })
    await expect(engine.scrub()).rejects.toMatchObject({ code: 'STORE_CLOSED' })
  })

  it('lets others write in between', async () => {
    const engine = await openTemporary({ durability: 'normal' })
    await talk(engine, 60, 40)
    await remove(engine)
    let done = false
    const scrubbing = engine.scrub().finally(() => {
      done = true
    })
    let saved = 0
    while (!done) saved += (await engine.write(() => saveEvents('default', [event(word())]))).length
    await scrubbing
    expect(saved).toBeGreaterThan(5)
    await expectSound(engine)
  })
})
