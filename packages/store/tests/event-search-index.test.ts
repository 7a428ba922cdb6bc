import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { saveEvents, searchEvents } from '../src/operations.ts'
import type { SqliteEngine } from '../src/sqlite/sqlite-engine.ts'
import { event, prismaEvent } from './samples.ts'
import { openTemporary } from './temporary-folder.ts'

const RAW = 'INSERT INTO events (id, seq, event_type, session_id, actor_type, actor_id, content)'

async function find(engine: SqliteEngine, word: string): Promise<string[]> {
  const search = { terms: [word], sessionId: undefined, eventType: undefined, position: undefined, limit: 100 }
  const { hits } = await engine.read(() => searchEvents('default', search))
  return hits.map(({ id }) => id).sort()
}

/** SQLite's own comparison of the full-text index with the table. */
async function checkIndex(engine: SqliteEngine): Promise<void> {
  await engine.prisma.$executeRawUnsafe(`INSERT INTO events_fts(events_fts, rank) VALUES ('integrity-check', 1)`)
}

/** A way in, and how it adds, changes or removes the event of this number. */
type Change = { how: string; number: number; word: string }

async function apply(engine: SqliteEngine, { how, number, word }: Change): Promise<void> {
  const { prisma } = engine
  const id = `event ${number}`
  const content = `${word} and ${word}, ${id}`
  const where = { namespace_id: { namespace: 'default', id } }
  const isThere = (await prisma.event.findUnique({ where })) !== null
  if (how === 'prisma update' || how === 'raw update' || how === 'prisma delete') {
    if (!isThere) return
    if (how === 'prisma update') await prisma.event.update({ where, data: { content } })
    if (how === 'raw update') await prisma.$executeRaw`UPDATE events SET content = ${content} WHERE id = ${id}`
    if (how === 'prisma delete') await prisma.event.delete({ where })
  } else if (how === 'prisma upsert') {
    await prisma.event.upsert({ where, create: prismaEvent(id, content), update: { content } })
  } else if (isThere) {
    await expect(
      engine.write(() => saveEvents('default', [event(id, { content: `${content} again` })])),
    ).rejects.toThrow()
  } else if (how === 'operation') {
    await engine.write(() => saveEvents('default', [event(id, { content })]))
  } else if (how === 'prisma create') {
    await prisma.event.create({ data: prismaEvent(id, content) })
  } else if (how === 'raw insert') {
    await prisma.$executeRawUnsafe(`${RAW} VALUES ('${id}', 0, 't', 's', 'user', 'u', '${content}')`)
  } else {
    const rolledBack = engine.transact(async (transaction) => {
      await transaction.write(() => saveEvents('default', [event(id, { content })]))
      throw new Error('changed my mind')
    })
    await expect(rolledBack).rejects.toThrow('changed my mind')
  }
}

const HOW = [
  'operation',
  'prisma create',
  'prisma upsert',
  'prisma update',
  'prisma delete',
  'raw insert',
  'raw update',
  'rolled back',
]
const change: fc.Arbitrary<Change> = fc.record({
  how: fc.constantFrom(...HOW),
  number: fc.nat(7),
  word: fc.constantFrom('cat', 'dog', 'eel'),
})

describe('the full-text index over events', () => {
  it('finds an event, whichever door it came through', async () => {
    const engine = await openTemporary({ url: ':memory:' })
    await engine.write(() => saveEvents('default', [event('operation', { content: 'a purple cat' })]))
    await engine.prisma.event.create({ data: prismaEvent('prisma', 'a purple dog') })
    await engine.prisma.event.createMany({
      data: [prismaEvent('many 1', 'a purple eel'), prismaEvent('many 2', 'a purple emu')],
    })
    await engine.prisma.$executeRawUnsafe(`${RAW} VALUES ('raw', 0, 't', 's', 'user', 'u', 'a purple fox')`)
    expect(await find(engine, 'purple')).toEqual(['many 1', 'many 2', 'operation', 'prisma', 'raw'])
    expect(await find(engine, 'emu')).toEqual(['many 2'])
    await checkIndex(engine)
  })

  it('follows an event that is changed or deleted', async () => {
    const engine = await openTemporary({ url: ':memory:' })
    await engine.write(() => saveEvents('default', [event('a', { content: 'cat' }), event('b', { content: 'cat' })]))
    await engine.prisma.event.updateMany({ where: { id: 'a' }, data: { content: 'dog' } })
    await engine.prisma.event.deleteMany({ where: { id: 'b' } })
    expect([await find(engine, 'cat'), await find(engine, 'dog')]).toEqual([[], ['a']])
    await checkIndex(engine)
  })

  it('numbers events that come without a number, in their order', async () => {
    const engine = await openTemporary({ url: ':memory:' })
    const values = ['x', 'y', 'z'].map((id) => `('${id}', 0, 't', 's', 'user', 'u', 'c')`)
    await engine.prisma.$executeRawUnsafe(`${RAW} VALUES ${values.join()}`)
    await engine.prisma.event.create({ data: prismaEvent('p') })
    const rows = await engine.prisma.event.findMany({ orderBy: { seq: 'asc' }, select: { id: true, seq: true } })
    expect(rows).toEqual(['x', 'y', 'z', 'p'].map((id, i) => ({ id, seq: BigInt(i + 1) })))
    const transition = { agentId: 'a', stateBefore: 'x', stateAfter: 'y' }
    await engine.prisma.stateTransition.createMany({ data: [transition, transition, { ...transition, agentId: 'b' }] })
    const seqs = await engine.prisma.stateTransition.findMany({
      orderBy: [{ agentId: 'asc' }, { seq: 'asc' }],
      select: { agentId: true, seq: true },
    })
    expect(seqs).toEqual([
      { agentId: 'a', seq: 1 },
      { agentId: 'a', seq: 2 },
      { agentId: 'b', seq: 1 },
    ])
  })

  it('stays in step with the table through any sequence of changes', async () => {
    const property = fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 25 }), async (changes) => {
      await engine.prisma.event.deleteMany()
      for (const one of changes) await apply(engine, one)
      await checkIndex(engine)
      const rows = await engine.prisma.event.findMany({ select: { id: true, content: true } })
      for (const word of ['cat', 'dog', 'eel']) {
        expect(await find(engine, word)).toEqual(
          rows
            .filter(({ content }) => content.includes(word))
            .map(({ id }) => id)
            .sort(),
        )
      }
    })
    const engine = await openTemporary({ url: ':memory:' })
    await fc.assert(property, { numRuns: 25 })
  })

  it('is really looked at: without one of its triggers, the comparison fails', async () => {
    for (const trigger of ['events_fts_insert', 'events_fts_update', 'events_fts_delete']) {
      const engine = await openTemporary({ url: ':memory:' })
      await engine.write(() => saveEvents('default', [event('a', { content: 'cat' }), event('b', { content: 'cat' })]))
      await checkIndex(engine)
      await engine.prisma.$executeRawUnsafe(`DROP TRIGGER ${trigger}`)
      await engine.write(() => saveEvents('default', [event('c', { content: 'cat' })]))
      await engine.prisma.event.updateMany({ where: { id: 'a' }, data: { content: 'dog' } })
      await engine.prisma.event.deleteMany({ where: { id: 'b' } })
      await expect(checkIndex(engine), trigger).rejects.toThrow(/SQLITE_CORRUPT_VTAB/)
    }
  })

  it('never numbers an event like one that was deleted, whichever door it comes through', async () => {
    const engine = await openTemporary({ url: ':memory:' })
    const { prisma } = engine
    const seqOf = async (id: string) => (await prisma.event.findFirst({ where: { id } }))?.seq
    await engine.write(() => saveEvents('default', [event('1'), event('2'), event('3'), event('4')]))
    await prisma.event.deleteMany({ where: { id: { in: ['2', '3', '4'] } } })
    expect(await engine.write(() => saveEvents('other', [event('5')]))).toMatchObject([{ seq: 5 }])
    await prisma.event.deleteMany()
    await prisma.event.create({ data: prismaEvent('6') })
    expect(await seqOf('6')).toBe(6n)
    await prisma.event.deleteMany()
    await expect(prisma.event.create({ data: { ...prismaEvent('first'), seq: 1n } })).rejects.toThrow()
    await prisma.$executeRawUnsafe(`${RAW} VALUES ('7', 7, 't', 's', 'user', 'u', 'c')`)
    await prisma.$executeRawUnsafe(`${RAW} VALUES ('8', 0, 't', 's', 'user', 'u', 'c')`)
    expect([await seqOf('7'), await seqOf('8')]).toEqual([7n, 8n])
    const rolledBack = engine.transact(async (transaction) => {
      await transaction.prisma.event.deleteMany()
      throw new Error('changed my mind')
    })
    await expect(rolledBack).rejects.toThrow('changed my mind')
    expect(await engine.write(() => saveEvents('default', [event('9')]))).toMatchObject([{ seq: 9 }])
    await checkIndex(engine)
  })

  it('never numbers an event like one that is there', async () => {
    const engine = await openTemporary({ url: ':memory:' })
    await engine.write(() => saveEvents('default', [event('first', { content: 'cat' })]))
    await expect(engine.prisma.event.create({ data: { ...prismaEvent('second', 'dog'), seq: 1n } })).rejects.toThrow()
    await expect(
      engine.prisma.event.create({ data: { ...prismaEvent('far', 'dog'), seq: 2n ** 63n - 1n } }),
    ).rejects.toThrow()
    await expect(engine.prisma.event.updateMany({ data: { seq: 7n } })).rejects.toThrow('numbered by the store')
    await engine.write(() => saveEvents('default', [event('second', { content: 'bird' })]))
    await checkIndex(engine)
    expect([await find(engine, 'cat'), await find(engine, 'dog')]).toEqual([['first'], []])
  })
})
