import { expect } from 'vitest'
import type { Event, EventInput } from '../records.ts'
import type { ContractTests } from './harness.ts'
import { event, range, STRANGE_WORDS } from './samples.ts'

const WHEN = new Date('2026-01-02T03:04:05.678Z')
const FULL: EventInput = event({ id: 'e1', metadata: { tokens: 12 }, gitCommit: 'abc123', timestamp: WHEN })

/** Saving events, and reading them in the order they were saved. */
export const events: ContractTests = {
  'an event comes back as it was saved': async ({ store }) => {
    expect(await store.saveEvent(FULL)).toEqual(FULL)
    expect((await store.getEvents('session-1')).items).toEqual([FULL])
    expect((await store.getEventsByType('message')).items).toEqual([FULL])
  },

  'an event gets an id and a time when it has none': async ({ store }) => {
    const before = Date.now()
    const [one, two] = [await store.saveEvent(event()), await store.saveEvent(event())]
    expect(one).toEqual({ ...event(), id: one.id, timestamp: one.timestamp, metadata: null, gitCommit: null })
    expect(one.id).not.toBe(two.id)
    expect(one.timestamp.getTime()).toBeGreaterThanOrEqual(before)
    expect(one.timestamp.getTime()).toBeLessThanOrEqual(Date.now())
  },

  'events are read in the order they were saved, whatever their times say': async ({ store }) => {
    const at = (i: number) => new Date(WHEN.getTime() - i * 1000)
    await store.saveEvents(range(10).map((i) => event({ content: `${i}`, timestamp: at(i) })))
    for (const i of range(10)) await store.saveEvent(event({ content: `${i + 10}`, timestamp: at(i + 10) }))
    await Promise.all(range(30).map((i) => store.saveEvent(event({ content: `${i + 20}` }))))
    for (const page of [await store.getEvents('session-1'), await store.getEventsByType('message')]) {
      expect(page.items.map(({ content }) => Number(content))).toEqual(range(50))
    }
  },

  'events are listed by session and by type': async ({ store }) => {
    for (const i of range(12)) {
      await store.saveEvent(event({ id: `e${i}`, sessionId: `s${i % 2}`, eventType: `t${i % 3}` }))
    }
    const ids = ({ items }: { items: { id: string }[] }) => items.map(({ id }) => id)
    expect(ids(await store.getEvents('s1'))).toEqual(['e1', 'e3', 'e5', 'e7', 'e9', 'e11'])
    expect(ids(await store.getEventsByType('t2'))).toEqual(['e2', 'e5', 'e8', 'e11'])
    expect(ids(await store.getEvents('t2'))).toEqual([])
    expect(ids(await store.getEventsByType('S1'))).toEqual([])
  },

  'ids, words and texts of events are ordinary text': async ({ store }) => {
    const inputs = STRANGE_WORDS.map((word) =>
      event({
        id: word,
        eventType: word,
        sessionId: word,
        actorId: word,
        content: word,
        gitCommit: word,
        metadata: word,
      }),
    )
    const saved = await store.saveEvents(inputs)
    for (const [i, word] of STRANGE_WORDS.entries()) {
      expect(saved[i]).toMatchObject(inputs[i] as object)
      expect((await store.getEvents(word)).items).toEqual([saved[i]])
      expect((await store.getEventsByType(word)).items).toEqual([saved[i]])
    }
  },

  'every actor type, and empty content, is kept': async ({ store }) => {
    for (const actorType of ['user', 'agent', 'system'] as const)
      await store.saveEvent(event({ actorType, content: '' }))
    const { items } = await store.getEvents('session-1')
    expect(items.map(({ actorType, content }) => [actorType, content])).toEqual([
      ['user', ''],
      ['agent', ''],
      ['system', ''],
    ])
  },

  'saveEvents gives the events back in the order they were given': async ({ store }) => {
    expect(await store.saveEvents([])).toEqual([])
    await store.saveEvent(event({ id: 'b' }))
    const saved = await store.saveEvents([event({ id: 'c' }), event({ id: 'b' }), event({ id: 'a' })])
    expect(saved.map(({ id }) => id)).toEqual(['c', 'b', 'a'])
    expect((await store.getEvents('session-1')).items.map(({ id }) => id)).toEqual(['b', 'c', 'a'])
  },

  'events that are saved together are kept as those that are saved one by one': async ({ store }) => {
    const metadata = [null, undefined, 5, 0, 0.1, -1.5e300, 2 ** 53 - 1, '5', '', 'null', true, [], {}, [[1, 'a']]]
    const contents = [
      '',
      '5',
      'null',
      '"',
      "'",
      '\\u0041 \\',
      '\u0001\u001f\u007f\u2028',
      '[1,2]',
      '😀 é e\u0301 \uffff',
    ]
    const inputs = [
      ...metadata.map((value) => event({ metadata: value, gitCommit: '1e5' })),
      ...contents.map((content) => event({ content, metadata: { content } })),
    ]
    const together = await store.saveEvents(inputs.map((input) => ({ ...input, sessionId: 'together' })))
    for (const input of inputs) await store.saveEvent({ ...input, sessionId: 'single' })
    expect((await store.getEvents('together')).items).toEqual(together)
    const plain = ({ items }: { items: Event[] }) =>
      items.map(({ content, metadata, gitCommit }) => [content, metadata, gitCommit])
    expect(plain(await store.getEvents('together'))).toEqual(plain(await store.getEvents('single')))
    expect(together.map(({ content }) => content).slice(-contents.length)).toEqual(contents)
  },

  'events that are large together are saved in one call, all or none': async ({ store }) => {
    const large = range(7).map((i) => event({ id: `e${i}`, content: `${i} ${'x'.repeat(2 ** 20 - 10)}` }))
    const twice = [...large, event({ id: 'e0', content: 'another' })]
    await expect(store.saveEvents(twice)).rejects.toMatchObject({ code: 'EVENT_CONFLICT' })
    expect((await store.getEvents('session-1')).items).toEqual([])
    const saved = await store.saveEvents(large)
    expect((await store.getEvents('session-1')).items).toEqual(saved)
  },

  'as many events as the limit allows go into one call, and one more does not': async ({ open }) => {
    const store = await open({ limits: { eventsPerCall: 50 } })
    const tooMany = store.saveEvents(range(51).map(() => event()))
    await expect(tooMany).rejects.toMatchObject({ code: 'INVALID_INPUT', path: 'inputs' })
    expect((await store.getEvents('session-1')).items).toEqual([])
    expect(await store.saveEvents(range(50).map(() => event()))).toHaveLength(50)
  },
}
