import { describe, expect, it } from 'vitest'
import { saveAgent } from '../../src/operations.ts'
import { driverAdapterFactory } from '../../src/prisma/adapter.ts'
import { agent, prismaEvent } from '../samples.ts'
import { openTemporary } from '../temporary-folder.ts'

const INSERT =
  "INSERT INTO events (id, event_type, session_id, actor_type, actor_id, content) VALUES ('raw', 't', 's', 'user', 'u', 'c')"

const TRANSACTION_CONTROL = [
  'COMMIT',
  'commit;',
  '  END TRANSACTION',
  ';COMMIT',
  ' ; ; ROLLBACK',
  '/* a comment */ ROLLBACK',
  '/***/ /* * / **/COMMIT',
  '-- a comment\nCOMMIT',
  '/**/;--\n;BEGIN',
  '\uFEFFCOMMIT',
  'SAVEPOINT mine',
  'RELEASE depth_0',
  'begin immediate',
]

describe('raw SQL through Prisma', () => {
  it('is refused when it would end the transactions of others, however it is written', async () => {
    const engine = await openTemporary({ url: ':memory:' })
    for (const [i, sql] of TRANSACTION_CONTROL.entries()) {
      const raw = [engine.prisma.$executeRawUnsafe(sql), engine.prisma.$queryRawUnsafe(sql)]
      const beside = ['a', 'b'].map((id) => engine.write(() => saveAgent('default', agent(`${id}${i}`))))
      for (const call of raw) await expect(call, sql).rejects.toThrow(/\$transaction/)
      await Promise.all(beside)
    }
    await engine.transact(async ({ prisma }) => {
      await prisma.event.create({ data: prismaEvent('inside') })
      for (const sql of TRANSACTION_CONTROL)
        await expect(prisma.$executeRawUnsafe(sql), sql).rejects.toThrow(/\$transaction/)
    })
    expect(await engine.prisma.agentState.count()).toBe(2 * TRANSACTION_CONTROL.length)
    expect(await engine.prisma.event.count()).toBe(1)
  })

  it('is not refused for words within it', async () => {
    const { prisma } = await openTemporary({ url: ':memory:' })
    expect(await prisma.$executeRawUnsafe(INSERT)).toBe(1)
    expect(await prisma.$queryRawUnsafe("SELECT 'commit' AS word, count(*) AS n FROM events -- commit")).toEqual([
      { word: 'commit', n: 1n },
    ])
  })

  it('is told apart at once, however many comments it begins with', async () => {
    const { prisma } = await openTemporary({ url: ':memory:' })
    expect(await prisma.$queryRawUnsafe(`${'/**/'.repeat(1_000)} SELECT 1 AS one`)).toEqual([{ one: 1n }])
  })

  it('keeps nothing of a script that failed half way', async () => {
    const engine = await openTemporary({ url: ':memory:' })
    const adapter = await driverAdapterFactory(engine).connect()
    await expect(adapter.executeScript(`${INSERT}; INSERT INTO nowhere VALUES (1)`)).rejects.toThrow()
    expect(await engine.prisma.event.count()).toBe(0)
  })

  it('keeps nothing of a statement that failed half way', async () => {
    const engine = await openTemporary({ url: ':memory:' })
    await engine.prisma.event.create({ data: prismaEvent('b') })
    const values = ['a', 'b', 'c'].map((id) => `('${id}', 't', 's', 'user', 'u', 'c')`).join()
    const half = `INSERT OR FAIL INTO events (id, event_type, session_id, actor_type, actor_id, content) VALUES ${values}`
    await expect(engine.prisma.$executeRawUnsafe(half)).rejects.toThrow()
    expect(await engine.prisma.event.findMany({ select: { id: true } })).toEqual([{ id: 'b' }])
  })

  it('keeps nothing of a RETURNING statement that failed half way', async () => {
    const engine = await openTemporary({ url: ':memory:' })
    await engine.prisma.event.create({ data: prismaEvent('b') })
    const values = ['a', 'b', 'c'].map((id) => `('${id}', 't', 's', 'user', 'u', 'c')`).join()
    const half = `INSERT OR FAIL INTO events (id, event_type, session_id, actor_type, actor_id, content) VALUES ${values} RETURNING id`
    await expect(engine.prisma.$queryRawUnsafe(half)).rejects.toThrow()
    expect(await engine.prisma.event.count()).toBe(1)
  })

  it('that makes SQLite roll everything back costs its neighbours nothing', async () => {
    const engine = await openTemporary({ url: ':memory:' })
    await engine.prisma.$executeRawUnsafe(INSERT)
    const neighbours = ['a', 'b', 'c'].map((id) => engine.write(() => saveAgent('default', agent(id))))
    const breaking = engine.prisma.$executeRawUnsafe(INSERT.replace('INSERT', 'INSERT OR ROLLBACK'))
    await expect(breaking).rejects.toMatchObject({ code: 'P2010' })
    await Promise.all(neighbours)
    expect(await engine.prisma.agentState.count()).toBe(3)
  })

  it('changes that return rows are committed', async () => {
    const engine = await openTemporary()
    const [row] = await engine.prisma.$queryRawUnsafe<{ id: string }[]>(`${INSERT} RETURNING id`)
    expect(row).toEqual({ id: 'raw' })
    expect(await engine.prisma.event.count()).toBe(1)
  })
})

describe('what Prisma tells of errors', () => {
  it('a key that is taken: P2002, with its columns', async () => {
    const { prisma } = await openTemporary({ url: ':memory:' })
    await prisma.event.create({ data: prismaEvent('a') })
    const again = prisma.event.create({ data: prismaEvent('a') })
    await expect(again).rejects.toMatchObject({ code: 'P2002' })
    await expect(prisma.event.createMany({ data: [prismaEvent('c'), prismaEvent('a')] })).rejects.toMatchObject({
      code: 'P2002',
    })
    expect(await prisma.event.count()).toBe(1)
  })

  it('a row that is not there: P2025', async () => {
    const { prisma } = await openTemporary({ url: ':memory:' })
    const where = { namespace_id: { namespace: 'default', id: 'nobody' } }
    await expect(prisma.event.update({ where, data: { content: 'x' } })).rejects.toMatchObject({ code: 'P2025' })
    await expect(prisma.event.delete({ where })).rejects.toMatchObject({ code: 'P2025' })
  })

  it('a store that is closed: as any call on it', async () => {
    const engine = await openTemporary({ url: ':memory:' })
    const { prisma } = engine
    await prisma.event.count()
    await engine.close()
    await expect(prisma.event.count()).rejects.toThrow(/store is closed/)
    await expect(prisma.$transaction(async (tx) => tx.event.count())).rejects.toThrow(/store is closed/)
  })
})
