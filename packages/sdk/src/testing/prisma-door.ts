import { expect } from 'vitest'
import type { StateStore } from '../state-store.ts'
import type { ContractContext, ContractTests } from './harness.ts'
import { agent, event, range } from './samples.ts'

type Door = StateStore['prisma']

const OUT_OF_SCOPE = { code: 'OUT_OF_SCOPE' }
const EVENT = { eventType: 'message', sessionId: 's', actorType: 'user', actorId: 'u', content: 'a fox' } as const

async function fillBoth({ store }: ContractContext) {
  const other = store.withNamespace('other')
  for (const handle of [store, other]) {
    for (const i of range(3)) await handle.saveAgentState(agent({ agentId: `a${i}`, state: handle.namespace }))
  }
  return { other, prisma: store.prisma }
}

/** Calls that would leave the namespace `default`. */
const ESCAPES: Record<string, (prisma: Door) => Promise<unknown>> = {
  'create elsewhere': (p) => p.event.create({ data: { ...EVENT, namespace: 'other' } }),
  'createMany elsewhere': (p) => p.event.createMany({ data: [EVENT, { ...EVENT, namespace: 'other' }] }),
  'findUnique elsewhere': (p) => p.agentState.findUnique({ where: key('other') }),
  'findUniqueOrThrow elsewhere': (p) => p.agentState.findUniqueOrThrow({ where: key('other') }),
  'update elsewhere': (p) => p.agentState.update({ where: key('other'), data: { name: 'x' } }),
  'delete elsewhere': (p) => p.agentState.delete({ where: key('other') }),
  'upsert elsewhere': (p) => p.agentState.upsert({ where: key('other'), update: {}, create: ROW }),
  'upsert that creates elsewhere': (p) =>
    p.agentState.upsert({ where: key('default', 'new'), update: {}, create: { ...ROW, namespace: 'other' } }),
  'upsert that moves a row': (p) =>
    p.agentState.upsert({ where: key('default'), update: { namespace: 'other' }, create: ROW }),
  'update that moves a row': (p) => p.agentState.update({ where: key('default'), data: { namespace: 'other' } }),
  'update that sets the namespace': (p) =>
    p.agentState.update({ where: key('default'), data: { namespace: { set: 'other' } } }),
  'updateMany that moves rows': (p) => p.agentState.updateMany({ data: { namespace: 'other' } }),
  'a cursor elsewhere': (p) => p.agentState.findMany({ cursor: key('other') }),
  $queryRaw: (p) => raw(p).$queryRaw`SELECT * FROM agent_states`,
  $queryRawUnsafe: (p) => raw(p).$queryRawUnsafe('SELECT * FROM agent_states'),
  $executeRaw: (p) => raw(p).$executeRaw`DELETE FROM agent_states`,
  $executeRawUnsafe: (p) => raw(p).$executeRawUnsafe('DELETE FROM agent_states'),
}

interface Raw {
  $queryRaw(sql: TemplateStringsArray): Promise<unknown>
  $queryRawUnsafe(sql: string): Promise<unknown>
  $executeRaw(sql: TemplateStringsArray): Promise<unknown>
  $executeRawUnsafe(sql: string): Promise<unknown>
}

const raw = (prisma: Door) => prisma as unknown as Raw
const key = (namespace: string, agentId = 'a1') => ({ namespace_agentId: { namespace, agentId } })
const ROW = { agentId: 'new', name: 'N', status: 's', stateData: '1' }

/** The generated Prisma client, held to the namespace. */
export const prismaDoor: ContractTests = {
  'Prisma reads what the methods wrote, in this namespace alone': async (context) => {
    const { prisma } = await fillBoth(context)
    const rows = await prisma.agentState.findMany({ orderBy: { agentId: 'asc' } })
    expect(rows.map(({ agentId, stateData }) => [agentId, stateData])).toEqual(
      range(3).map((i) => [`a${i}`, '"default"']),
    )
    expect(await prisma.agentState.count()).toBe(3)
    expect(await prisma.agentState.count({ where: { OR: [{ namespace: 'other' }, { agentId: 'a1' }] } })).toBe(1)
    expect(await prisma.agentState.findMany({ where: { namespace: 'other' } })).toEqual([])
    expect(await prisma.agentState.findFirst({ where: { NOT: { namespace: 'default' } } })).toBeNull()
    expect(await prisma.agentState.findUnique({ where: key('default') })).toMatchObject({ namespace: 'default' })
    expect((await prisma.agentState.aggregate({ _sum: { version: true } }))._sum.version).toBe(3)
    const groups = await prisma.agentState.groupBy({ by: ['namespace'], _count: true })
    expect(groups).toMatchObject([{ namespace: 'default', _count: 3 }])
  },

  'Prisma writes into this namespace, and the methods read it': async ({ store }) => {
    const { prisma } = store
    await prisma.agentState.create({ data: ROW })
    expect(await store.loadAgentState('new')).toMatchObject({ state: 1, version: 1, metadata: null })
    await prisma.event.createMany({ data: [EVENT, { ...EVENT, content: 'another fox' }] })
    await store.saveEvent(event({ sessionId: 's', content: 'the last fox' }))
    const contents = (await store.getEvents('s')).items.map(({ content }) => content)
    expect(contents).toEqual(['a fox', 'another fox', 'the last fox'])
    expect((await store.searchEvents('fox')).items).toHaveLength(3)
    await prisma.task.upsert({
      where: { namespace_id: { namespace: 'default', id: 't1' } },
      update: {},
      create: { id: 't1', title: 'A' },
    })
    expect(await store.getTask('t1')).toMatchObject({ title: 'A', status: 'pending' })
    expect((await store.getTasks()).items).toHaveLength(1)
  },

  'Prisma changes and deletes rows of this namespace alone': async (context) => {
    const { other, prisma } = await fillBoth(context)
    expect(await prisma.agentState.updateMany({ data: { name: 'changed' } })).toEqual({ count: 3 })
    expect(
      await prisma.agentState.deleteMany({ where: { OR: [{ namespace: 'other' }, { status: 'running' }] } }),
    ).toEqual({ count: 3 })
    const { items } = await other.listAgents()
    expect(items.map(({ agentId, name }) => [agentId, name])).toEqual(range(3).map((i) => [`a${i}`, 'Researcher']))
  },

  'what would leave the namespace is refused': async (context) => {
    const { other, prisma } = await fillBoth(context)
    for (const [name, leave] of Object.entries(ESCAPES)) {
      await expect(leave(prisma), name).rejects.toMatchObject(OUT_OF_SCOPE)
    }
    for (const handle of [context.store, other]) expect((await handle.listAgents()).items).toHaveLength(3)
    expect(await prisma.event.count()).toBe(0)
  },

  'what would leave the namespace is refused inside transactions, too': async (context) => {
    const { prisma } = await fillBoth(context)
    for (const [name, leave] of Object.entries(ESCAPES)) {
      const inPrisma = prisma.$transaction((tx) => leave(tx as unknown as Door))
      await expect(inPrisma, `$transaction: ${name}`).rejects.toMatchObject(OUT_OF_SCOPE)
      const inTransact = context.store.transact((tx) => leave(tx.prisma))
      await expect(inTransact, `transact: ${name}`).rejects.toMatchObject(OUT_OF_SCOPE)
    }
  },

  'an extension of the client does not lead out of the namespace': async (context) => {
    const { prisma } = await fillBoth(context)
    type Query = { args: object; query: (args: object) => Promise<unknown> }
    const everything = ({ args, query }: Query) => query({ ...args, where: undefined })
    const read = async () => {
      const extended = (prisma as unknown as { $extends(extension: object): Door }).$extends({
        query: { $allModels: { findMany: everything } },
      })
      return (await extended.agentState.findMany()).map(({ namespace }) => namespace)
    }
    const seen = await read().catch(() => [])
    expect(seen).not.toContain('other')
    const { $parent } = prisma.task as unknown as { $parent?: Door }
    expect((await $parent?.agentState.findMany())?.map(({ namespace }) => namespace) ?? []).not.toContain('other')
  },

  'transactions of Prisma commit and roll back whole, beside the writes of others': async ({ store }) => {
    const { prisma } = store
    await prisma.$transaction([prisma.event.create({ data: EVENT }), prisma.event.create({ data: EVENT })])
    const beside: Promise<unknown>[] = []
    const abandoned = prisma.$transaction(async (tx) => {
      await tx.event.create({ data: EVENT })
      beside.push(prisma.event.create({ data: { ...EVENT, content: 'beside' } }), store.saveTask({ title: 'beside' }))
      throw new Error('abandoned')
    })
    await expect(abandoned).rejects.toThrow('abandoned')
    await Promise.all(beside)
    expect(await prisma.event.count()).toBe(3)
    expect((await store.getTasks()).items).toHaveLength(1)
  },

  'inside transact, Prisma takes part in the transaction': async ({ store }) => {
    const work = async (tx: StateStore) => {
      await tx.saveAgentState(agent())
      await tx.prisma.event.create({ data: EVENT })
      await tx.prisma.$transaction([tx.prisma.event.create({ data: EVENT })])
      expect([await tx.prisma.agentState.count(), (await tx.getEvents('s')).items.length]).toEqual([1, 2])
    }
    await expect(store.transact((tx) => work(tx).then(() => Promise.reject(new Error('abandoned'))))).rejects.toThrow()
    expect([await store.prisma.event.count(), await store.prisma.agentState.count()]).toEqual([0, 0])
    await store.transact(work)
    expect([await store.prisma.event.count(), await store.prisma.agentState.count()]).toEqual([2, 1])
  },
}
