import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listSessionEvents, loadAgent, saveAgent, saveEvents } from '../../src/operations.ts'
import { toTimestamp } from '../../src/timestamp.ts'
import { agent, event, prismaEvent } from '../samples.ts'
import { openTemporary } from '../temporary-folder.ts'

/** JSON from a column: a bare number comes back as a number. */
const parsed = (column: string | number | null) => (typeof column === 'string' ? JSON.parse(column) : column)

describe('what one door writes, the other reads as the same', () => {
  const documents = [{ a: [1, { b: null }] }, [], 'text', '12', true, false, 0, 7, -1.5, 1e300, 2 ** 53 - 1]

  it('a JSON document, and JSON that is a bare value', async () => {
    const engine = await openTemporary({ url: ':memory:' })
    for (const [i, value] of documents.entries()) {
      const json = JSON.stringify(value)
      const [ours, theirs] = [`ours ${i}`, `theirs ${i}`]
      await engine.write(() => saveAgent('default', agent(ours, { metadata: json })))
      await engine.prisma.agentState.create({
        data: { agentId: theirs, name: 'T', status: 'idle', stateData: '{}', metadata: value },
      })
      for (const agentId of [ours, theirs]) {
        const throughPrisma = await engine.prisma.agentState.findFirst({ where: { agentId } })
        expect(throughPrisma?.metadata, `${agentId} ${json}`).toEqual(value)
        const row = await engine.read(() => loadAgent('default', agentId))
        expect(parsed(row?.metadata ?? null), `${agentId} ${json}`).toEqual(value)
      }
    }
  })

  // Written through the store: Prisma's own compiler shortens 0.30000000000000004 to 0.3 before any adapter sees it.
  it('any bare number in JSON, to its last digit', async () => {
    const engine = await openTemporary({ url: ':memory:' })
    const number = fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((value) => (Object.is(value, -0) ? 0 : value))
    await fc.assert(
      fc.asyncProperty(number, async (value) => {
        await engine.write(() => saveAgent('default', agent('a', { metadata: JSON.stringify(value) })))
        const row = await engine.read(() => loadAgent('default', 'a'))
        expect(parsed(row?.metadata ?? null)).toBe(value)
        expect(await engine.prisma.agentState.findFirst({ select: { metadata: true } })).toEqual({ metadata: value })
      }),
      { numRuns: 300 },
    )
  })

  it('a moment, to the millisecond, in the same text', async () => {
    const engine = await openTemporary({ url: ':memory:' })
    const moment = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    })
    await fc.assert(
      fc.asyncProperty(moment, fc.uuid(), async (timestamp, id) => {
        await engine.write(() =>
          saveEvents('default', [event(`${id} ours`, { timestamp: toTimestamp(timestamp), sessionId: id })]),
        )
        await engine.prisma.event.create({ data: { ...prismaEvent(`${id} theirs`), timestamp, sessionId: id } })
        const rows = await engine.read(() => listSessionEvents('default', id, { after: 0, limit: 10 }))
        expect(rows.map((row) => row.timestamp)).toEqual([toTimestamp(timestamp), toTimestamp(timestamp)])
        const found = await engine.prisma.event.findMany({
          where: { sessionId: id, timestamp: { gte: timestamp, lte: timestamp } },
        })
        expect(found.map((row) => row.timestamp)).toEqual([timestamp, timestamp])
      }),
      { numRuns: 50 },
    )
  })

  it('the moment that the database sets by itself', async () => {
    const engine = await openTemporary({ url: ':memory:' })
    await engine.prisma
      .$executeRaw`INSERT INTO events (id, event_type, session_id, actor_type, actor_id, content) VALUES ('raw', 't', 's', 'user', 'u', 'c')`
    const [row] = await engine.read(() => listSessionEvents('default', 's', { after: 0, limit: 1 }))
    expect(row?.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/)
    const found = await engine.prisma.event.findFirst({ where: { id: 'raw' } })
    expect(found?.timestamp).toEqual(new Date(row?.timestamp ?? ''))
  })

  it('a sequence number beyond 32 and beyond 53 bits, as a bigint', async () => {
    const engine = await openTemporary({ url: ':memory:' })
    // The store gives out each number in its turn; nobody waits for 2^62 events here.
    await engine.prisma.$executeRawUnsafe('DROP TRIGGER events_refuse_chosen_seq')
    for (const seq of [2n ** 31n, 2n ** 53n - 1n, 2n ** 53n + 1n, 2n ** 62n]) {
      await engine.prisma.event.create({ data: { ...prismaEvent(`n${seq}`), seq } })
      const found = await engine.prisma.event.findFirst({ where: { seq } })
      expect(found?.seq).toBe(seq)
      expect(await engine.prisma.event.count({ where: { seq: { gt: seq - 1n, lt: seq + 1n } } })).toBe(1)
    }
    expect(await engine.prisma.event.aggregate({ _max: { seq: true } })).toEqual({ _max: { seq: 2n ** 62n } })
  })

  it('the same order of events, however they came', async () => {
    const engine = await openTemporary({ url: ':memory:' })
    await engine.write(() => saveEvents('default', [event('1')]))
    await engine.prisma.event.create({ data: prismaEvent('2') })
    await engine.prisma.event.createMany({ data: [prismaEvent('3'), prismaEvent('4')] })
    await engine.write(() => saveEvents('default', [event('5'), event('6')]))
    const rows = await engine.read(() => listSessionEvents('default', 'session', { after: 0, limit: 10 }))
    expect(rows.map(({ id, seq }) => [id, seq])).toEqual([1, 2, 3, 4, 5, 6].map((n) => [String(n), n]))
  })

  it('a boolean, bytes and null in raw SQL', async () => {
    const { prisma } = await openTemporary({ url: ':memory:' })
    const bytes = new Uint8Array([0, 1, 255])
    expect(
      await prisma.$queryRaw`SELECT ${true} AS yes, ${bytes} AS bytes, ${null} AS empty, ${'a'} AS text, ${1.5} AS half`,
    ).toEqual([{ yes: 1, bytes, empty: null, text: 'a', half: 1.5 }])
  })
})
