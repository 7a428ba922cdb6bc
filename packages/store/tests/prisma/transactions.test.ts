import { describe, expect, it } from 'vitest'
import { saveAgent } from '../../src/operations.ts'
import { agent, prismaEvent } from '../samples.ts'
import { openTemporary } from '../temporary-folder.ts'

describe('Prisma transactions on the engine', () => {
  it('interactive: all of it, or none', async () => {
    const { prisma } = await openTemporary()
    await prisma.$transaction(async (tx) => {
      await tx.event.create({ data: prismaEvent('a') })
      await tx.event.create({ data: prismaEvent('b') })
    })
    const failing = prisma.$transaction(async (tx) => {
      await tx.event.create({ data: prismaEvent('c') })
      await tx.event.create({ data: prismaEvent('a') })
    })
    await expect(failing).rejects.toMatchObject({ code: 'P2002' })
    expect(await prisma.event.findMany({ select: { id: true }, orderBy: { seq: 'asc' } })).toEqual([
      { id: 'a' },
      { id: 'b' },
    ])
  })

  it('batch: all of it, or none', async () => {
    const { prisma } = await openTemporary()
    const create = (id: string) => prisma.event.create({ data: prismaEvent(id) })
    await prisma.$transaction([create('a'), create('b')])
    await expect(prisma.$transaction([create('c'), create('a'), create('d')])).rejects.toMatchObject({ code: 'P2002' })
    expect(await prisma.event.count()).toBe(2)
  })

  it('after a statement fails that was caught, the rest is kept', async () => {
    const { prisma } = await openTemporary()
    await prisma.$transaction(async (tx) => {
      await tx.event.create({ data: prismaEvent('a') })
      await expect(tx.event.create({ data: prismaEvent('a') })).rejects.toMatchObject({ code: 'P2002' })
      await tx.event.create({ data: prismaEvent('b') })
    })
    expect(await prisma.event.count()).toBe(2)
  })

  it('that overrun their timeout are rolled back and let the writer go', async () => {
    const engine = await openTemporary()
    const slow = engine.prisma.$transaction(
      async (tx) => {
        await tx.event.create({ data: prismaEvent('a') })
        await new Promise((resolve) => setTimeout(resolve, 80))
        await tx.event.create({ data: prismaEvent('b') })
      },
      { timeout: 30 },
    )
    await expect(slow).rejects.toMatchObject({ code: 'P2028' })
    await engine.prisma.event.create({ data: prismaEvent('c') })
    expect(await engine.prisma.event.findMany({ select: { id: true } })).toEqual([{ id: 'c' }])
    expect(engine.stats().transactions).toEqual({ open: 0, committed: 0, rolledBack: 1 })
  })

  it('accept no isolation but SERIALIZABLE, which is what they are', async () => {
    const { prisma } = await openTemporary()
    await prisma.$transaction([prisma.event.count()], { isolationLevel: 'Serializable' })
  })

  it('of an engine and of Prisma take turns', async () => {
    const engine = await openTemporary()
    const order: string[] = []
    const ours = engine.transact(async (transaction) => {
      await transaction.write(() => saveAgent('default', agent('a')))
      await new Promise((resolve) => setTimeout(resolve, 20))
      order.push('ours')
    })
    const theirs = engine.prisma.$transaction(async (tx) => {
      expect(await tx.agentState.count()).toBe(1)
      order.push('theirs')
    })
    await Promise.all([ours, theirs])
    expect(order).toEqual(['ours', 'theirs'])
  })
})

describe('a Prisma client of a transaction', () => {
  it('writes inside it', async () => {
    const engine = await openTemporary()
    const failing = engine.transact(async (transaction) => {
      await transaction.prisma.event.create({ data: prismaEvent('a') })
      expect(await transaction.prisma.event.count()).toBe(1)
      expect(await engine.prisma.event.count().catch((error: Error) => error.message)).toMatch(
        /outside the transaction/,
      )
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await engine.prisma.event.count()).toBe(0)
  })

  it('opens a savepoint with $transaction, which rolls back alone', async () => {
    const engine = await openTemporary()
    await engine.transact(async ({ prisma }) => {
      await prisma.event.create({ data: prismaEvent('a') })
      const inner = prisma.$transaction(async (tx) => {
        await tx.event.create({ data: prismaEvent('b') })
        throw new Error('changed my mind')
      })
      await expect(inner).rejects.toThrow('changed my mind')
      await prisma.$transaction([prisma.event.create({ data: prismaEvent('c') })])
    })
    expect(await engine.prisma.event.findMany({ select: { id: true }, orderBy: { seq: 'asc' } })).toEqual([
      { id: 'a' },
      { id: 'c' },
    ])
  })
})
