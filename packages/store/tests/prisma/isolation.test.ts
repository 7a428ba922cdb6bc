import { createRequire } from 'node:module'
import type { PrismaClient } from '@descartes/store/client'
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { describe, expect, it, onTestFinished } from 'vitest'
import { driverAdapterFactory } from '../../src/prisma/adapter.ts'
import { prismaEvent } from '../samples.ts'
import { openTemporary, temporaryFile } from '../temporary-folder.ts'

const require = createRequire(import.meta.url)

function clientOn(adapter: SqlDriverAdapterFactory): PrismaClient {
  const client = require('@descartes/store/client') as typeof import('@descartes/store/client')
  const prisma = new client.PrismaClient({ adapter })
  onTestFinished(() => prisma.$disconnect())
  return prisma
}

/** The official adapter on a database with our tables. */
async function officialClient(file: string): Promise<PrismaClient> {
  const engine = await openTemporary({ file })
  await engine.close()
  return clientOn(new PrismaBetterSqlite3({ url: `file:${file}` }))
}

/** Somebody saves an event while somebody else's transaction is open, which is then rolled back. */
async function createBesideATransactionThatRollsBack(prisma: PrismaClient): Promise<string[]> {
  let begun = () => {}
  let rollBack = () => {}
  const isOpen = new Promise<void>((resolve) => {
    begun = resolve
  })
  const isOver = new Promise<void>((resolve) => {
    rollBack = resolve
  })
  const transaction = prisma.$transaction(async (tx) => {
    await tx.event.create({ data: prismaEvent('inside') })
    begun()
    await isOver
    throw new Error('changed my mind')
  })
  const refused = expect(transaction).rejects.toThrow('changed my mind')
  await isOpen
  const created = prisma.event.create({ data: prismaEvent('beside') })
  // Long enough for a write that need not wait to be through.
  await Promise.race([created, new Promise((resolve) => setTimeout(resolve, 50))])
  rollBack()
  await refused
  await created
  const events = await prisma.event.findMany({ orderBy: { seq: 'asc' } })
  return events.map(({ id }) => id)
}

describe('a Prisma client beside an open $transaction', () => {
  it('keeps a create that was acknowledged, when the transaction rolls back', async () => {
    const { prisma } = await openTemporary()
    expect(await createBesideATransactionThatRollsBack(prisma)).toEqual(['beside'])
  })

  it('keeps it as well when it comes from another client of the same engine', async () => {
    const engine = await openTemporary()
    const second = clientOn(driverAdapterFactory(engine))
    const transaction = engine.prisma.$transaction(async (tx) => {
      await tx.event.create({ data: prismaEvent('inside') })
      throw new Error('changed my mind')
    })
    await Promise.all([
      expect(transaction).rejects.toThrow('changed my mind'),
      second.event.create({ data: prismaEvent('beside') }),
    ])
    expect(await second.event.findMany({ select: { id: true } })).toEqual([{ id: 'beside' }])
  })

  it('is what the official adapter gets wrong: there the acknowledged create is lost', async () => {
    const prisma = await officialClient(temporaryFile())
    expect(await createBesideATransactionThatRollsBack(prisma)).toEqual([])
  })

  it('reads what is committed, never what the transaction has written so far', async () => {
    const { prisma } = await openTemporary()
    await prisma.$transaction(async (tx) => {
      await tx.event.create({ data: prismaEvent('inside') })
      expect(await prisma.event.count()).toBe(0)
      expect(await tx.event.count()).toBe(1)
    })
    expect(await prisma.event.count()).toBe(1)
  })
})

describe('two Prisma clients that read and then write', () => {
  const rounds = 20

  async function count(prisma: PrismaClient): Promise<void> {
    for (let i = 0; i < rounds; i++) {
      await prisma.$transaction(async (tx) => {
        const { version } = await tx.agentState.findFirstOrThrow()
        await tx.agentState.updateMany({ data: { version: version + 1 } })
      })
    }
  }

  it('on two engines of one file: every transaction sees the one before it', async () => {
    const file = temporaryFile()
    const [first, second] = [await openTemporary({ file }), await openTemporary({ file })]
    await first.prisma.agentState.create({
      data: { agentId: 'a', name: 'A', status: 'idle', stateData: '{}', version: 0 },
    })
    await Promise.all([count(first.prisma), count(second.prisma)])
    expect(await second.prisma.agentState.findFirst({ select: { version: true } })).toEqual({ version: 2 * rounds })
  })

  it('on one engine: every transaction sees the one before it', async () => {
    const engine = await openTemporary()
    const second = clientOn(driverAdapterFactory(engine))
    await second.agentState.create({ data: { agentId: 'a', name: 'A', status: 'idle', stateData: '{}', version: 0 } })
    await Promise.all([count(engine.prisma), count(second)])
    expect(await engine.prisma.agentState.findFirst({ select: { version: true } })).toEqual({ version: 2 * rounds })
  })
})

// https://github.com/prisma/orm/issues/29933: there the official adapter never begins another one.
describe('a $transaction that cannot begin', () => {
  it('leaks nothing: the next one begins, and writes go on', async () => {
    const file = temporaryFile()
    const holder = await openTemporary({ file })
    const engine = await openTemporary({ file, busyTimeoutMs: 20 })
    const held = await holder.begin()
    await expect(engine.prisma.$transaction(async (tx) => tx.event.count())).rejects.toThrow(/busyTimeoutMs/)
    expect(engine.stats()).toMatchObject({ connections: { inUse: 0, waiting: 0 }, transactions: { open: 0 } })
    held.rollback()
    await engine.prisma.$transaction(async (tx) => tx.event.create({ data: prismaEvent('after') }))
    await engine.prisma.event.create({ data: prismaEvent('and one more') })
    expect(await holder.prisma.event.count()).toBe(2)
  })

  it('because it waited longer than maxWait, does not hold the writer later on', async () => {
    const engine = await openTemporary()
    const held = await engine.begin()
    const late = engine.prisma.$transaction(async (tx) => tx.event.count(), { maxWait: 10 })
    await expect(late).rejects.toMatchObject({ code: 'P2028' })
    held.rollback()
    await engine.prisma.event.create({ data: prismaEvent('after') })
    expect(engine.stats().transactions.open).toBe(0)
  })
})
