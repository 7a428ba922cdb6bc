import { expect } from 'vitest'
import type { EventInput } from '../records.ts'
import type { ContractTests } from './harness.ts'
import { event, range } from './samples.ts'

const WHEN = new Date('2026-01-02T03:04:05.678Z')
const FULL: EventInput = event({ id: 'e1', metadata: { tokens: 12 }, gitCommit: 'abc123', timestamp: WHEN })

/** Events are saved once: all or none, and never changed. */
export const eventIdentity: ContractTests = {
  'the same event saved again is left as it is': async ({ store }) => {
    const saved = await store.saveEvent(FULL)
    expect(await store.saveEvent(FULL)).toEqual(saved)
    expect(await store.saveEvents([FULL, FULL])).toEqual([saved, saved])
    expect((await store.getEvents('session-1')).items).toEqual([saved])
  },

  'an event without a time of its own keeps that of its first save': async ({ store }) => {
    const { timestamp: _, ...timeless } = FULL
    const saved = await store.saveEvent(timeless)
    expect(await store.saveEvent(timeless)).toEqual(saved)
    expect(await store.saveEvent({ ...timeless, timestamp: saved.timestamp })).toEqual(saved)
  },

  'metadata of every kind is recognised as the same': async ({ store }) => {
    for (const [i, metadata] of [
      null,
      0,
      -1.5,
      1e21,
      1e-7,
      123456789012345680000,
      '5',
      true,
      [1],
      { a: 1 },
    ].entries()) {
      const input = event({ id: `m${i}`, metadata })
      const saved = await store.saveEvent(input)
      expect(saved.metadata).toEqual(metadata)
      expect(await store.saveEvent(input)).toEqual(saved)
    }
  },

  'metadata with its keys in another order is the same, an array in another order is not': async ({ store }) => {
    const saved = await store.saveEvent(event({ id: 'e1', metadata: { a: 1, b: [2, { c: 3, d: 4 }] } }))
    expect(await store.saveEvent(event({ id: 'e1', metadata: { b: [2, { d: 4, c: 3 }], a: 1 } }))).toEqual(saved)
    const other = store.saveEvent(event({ id: 'e1', metadata: { a: 1, b: [{ c: 3, d: 4 }, 2] } }))
    await expect(other).rejects.toMatchObject({ code: 'EVENT_CONFLICT', fields: ['metadata'] })
  },

  'the same id with other content is refused with the fields that differ': async ({ store }) => {
    const saved = await store.saveEvent(FULL)
    const changes: Partial<EventInput>[] = [
      { eventType: 'other' },
      { sessionId: 'other' },
      { actorType: 'user' },
      { actorId: 'other' },
      { content: 'other' },
      { metadata: { tokens: 13 } },
      { metadata: undefined },
      { gitCommit: 'other' },
      { gitCommit: undefined },
      { timestamp: new Date(WHEN.getTime() + 1) },
      { content: 'other', actorId: 'other' },
    ]
    for (const change of changes) {
      const error = await store.saveEvent({ ...FULL, ...change }).catch((error: unknown) => error)
      expect(error).toMatchObject({ name: 'EventConflictError', code: 'EVENT_CONFLICT', eventId: 'e1' })
      expect([...(error as { fields: string[] }).fields].sort()).toEqual(Object.keys(change).sort())
    }
    expect((await store.getEvents('session-1')).items).toEqual([saved])
    expect((await store.getEvents('other')).items).toEqual([])
  },

  'a text is not taken for the absence that it names': async ({ store }) => {
    await store.saveEvent(event({ id: 'e1', gitCommit: 'null', metadata: 'null' }))
    const without = store.saveEvent(event({ id: 'e1' }))
    await expect(without).rejects.toMatchObject({ code: 'EVENT_CONFLICT' })
  },

  'saveEvents stores none when one is refused': async ({ store }) => {
    const stored = await store.saveEvent(event({ id: 'old', content: 'old' }))
    const conflict = [event({ id: 'n1' }), event({ id: 'old', content: 'changed' }), event({ id: 'n2' })]
    await expect(store.saveEvents(conflict)).rejects.toMatchObject({ code: 'EVENT_CONFLICT', fields: ['content'] })
    const invalid = [event({ id: 'n3' }), event({ id: 'n4', actorType: 'robot' as 'user' })]
    await expect(store.saveEvents(invalid)).rejects.toMatchObject({ code: 'INVALID_INPUT', path: 'inputs/1/actorType' })
    const twice = [event({ id: 'n5', content: 'a' }), event({ id: 'n5', content: 'b' })]
    await expect(store.saveEvents(twice)).rejects.toMatchObject({ code: 'EVENT_CONFLICT', eventId: 'n5' })
    expect((await store.getEvents('session-1')).items).toEqual([stored])
  },

  'saveEvents stores all of many': async ({ store }) => {
    const saved = await store.saveEvents(range(300).map((i) => event({ id: `e${i}` })))
    expect(saved).toHaveLength(300)
    expect((await store.getEvents('session-1', { limit: 1000 })).items).toEqual(saved)
  },

  'of racing saves of one event one stores it, and all succeed': async ({ store }) => {
    const saved = await Promise.all(range(10).map(() => store.saveEvent(FULL)))
    expect((await store.getEvents('session-1')).items).toEqual([saved[0]])
    for (const one of saved) expect(one).toEqual(saved[0])
  },
}
