import { expect } from 'vitest'
import type { StateStore } from '../state-store.ts'
import { allPages } from './all-pages.ts'
import type { ContractTests } from './harness.ts'
import { LISTS } from './lists.ts'
import { agent, event, range } from './samples.ts'

/** A namespace of its own for every list, so that the items of one do not show in another. */
async function withEveryList(
  store: StateStore,
  work: (store: StateStore, list: (typeof LISTS)[string], name: string) => Promise<void>,
): Promise<void> {
  let i = 0
  for (const [name, list] of Object.entries(LISTS)) await work(store.withNamespace(`list-${i++}`), list, name)
}

/** Every list pages by cursors. */
export const paging: ContractTests = {
  'every list goes to its end in pages, each item once, in the order of the whole': async ({ store }) => {
    await withEveryList(store, async (handle, { list, add }, name) => {
      for (const i of range(10)) await add(handle, i)
      const whole = (await list(handle, {})).items
      for (const limit of [1, 3, 5, 9, 10, 11, 1000]) {
        expect(await allPages((page) => list(handle, page), limit), `${name}, limit ${limit}`).toEqual(whole)
        expect((await list(handle, { limit })).items, `${name}, limit ${limit}`).toEqual(whole.slice(0, limit))
      }
    })
  },

  'the last page has no cursor, even when it is full; an empty list is one empty page': async ({ store }) => {
    await withEveryList(store, async (handle, { list, add }, name) => {
      expect(await list(handle, {}), name).toEqual({ items: [], nextCursor: null })
      for (const i of range(2)) await add(handle, i)
      const { nextCursor } = await list(handle, { limit: 2 })
      expect(nextCursor, name).toBeNull()
    })
  },

  'items that others add in between neither repeat nor hide any that were there': async ({ store }) => {
    await withEveryList(store, async (handle, { list, add, newestFirst }, name) => {
      for (const i of range(10)) await add(handle, 100 + i)
      const whole = (await list(handle, {})).items
      const read = await allPages(
        (page) => list(handle, page),
        3,
        (pages) => add(handle, newestFirst ? 200 : 200 + pages),
      )
      const key = (item: unknown) => JSON.stringify(item)
      expect(new Set(read.map(key)).size, `${name}: no repeats`).toBe(read.length)
      const there = new Set(whole.map(key))
      expect(
        read.filter((item) => there.has(key(item))),
        `${name}: no gaps`,
      ).toEqual(whole)
    })
  },

  'a page of events goes on with what was saved after the newest of them were purged': async ({ store }) => {
    await store.saveEvent(event({ id: 'stays' }))
    for (const id of ['goes', 'goes, too']) await store.saveEvent(event({ id, actorId: 'guest' }))
    const { items, nextCursor } = await store.getEvents('session-1', { limit: 2 })
    expect(items.map(({ id }) => id)).toEqual(['stays', 'goes'])
    await store.purgeAgent('guest')
    const later = await store.saveEvent(event({ id: 'later' }))
    const next = await store.getEvents('session-1', { cursor: nextCursor as string })
    expect(next).toEqual({ items: [later], nextCursor: null })
  },

  'a page goes on behind an item that is gone by now': async ({ store }) => {
    for (const i of range(6)) await store.saveAgentState(agent({ agentId: `a${i}` }))
    const first = await store.listAgents({ limit: 2 })
    await store.deleteAgent('a1')
    const rest = await store.listAgents({ cursor: first.nextCursor as string })
    expect(rest.items.map(({ agentId }) => agentId)).toEqual(['a2', 'a3', 'a4', 'a5'])
  },

  'a page holds 100 items unless told otherwise, and at most 1,000': async ({ store }) => {
    await store.saveEvents(range(1001).map((i) => ({ ...EVENT, content: `fox ${i}` })))
    expect((await store.getEvents('session-1')).items).toHaveLength(100)
    expect((await store.searchEvents('fox')).items).toHaveLength(100)
    expect((await store.getEvents('session-1', { limit: 1000 })).items).toHaveLength(1000)
    await withEveryList(store, async (handle, { list }, name) => {
      for (const limit of [0, -1, 1001, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1', null, {}, true]) {
        const refusal = { code: 'INVALID_INPUT', path: 'limit' }
        await expect(list(handle, { limit: limit as number }), name).rejects.toMatchObject(refusal)
      }
    })
  },

  'limits.pageSize bounds the pages, the default one too': async ({ open }) => {
    const store = await open({ limits: { pageSize: 5 } })
    for (const i of range(6)) await store.saveTask({ title: `${i}` })
    expect((await store.getTasks()).items).toHaveLength(5)
    await expect(store.getTasks({ limit: 6 })).rejects.toMatchObject({ code: 'INVALID_INPUT', path: 'limit' })
  },

  'a cursor that is damaged, or of another list, is refused': async ({ store }) => {
    const cursors = new Map<string, string>()
    await withEveryList(store, async (handle, { list, add }, name) => {
      for (const i of range(3)) await add(handle, i)
      cursors.set(name, (await list(handle, { limit: 1 })).nextCursor as string)
    })
    await withEveryList(store, async (handle, { list }, name) => {
      const own = cursors.get(name) as string
      const swapped = `${own.slice(0, -2)}${own.at(-1)}${own.at(-2)}`
      const damaged = ['', ' ', 'x', own.slice(1), own.slice(0, -1), `${own}A`, `${own}=`, ` ${own}`, own.toUpperCase()]
      const others = [...cursors.values()].filter((cursor) => cursor !== own)
      const wrong = [null, 7, {}, 'x'.repeat(100_000), '\uD800', '{}', 'bnVsbA', swapped === own ? 'x' : swapped]
      for (const cursor of [...damaged, ...others, ...wrong]) {
        if (cursor === null) continue
        const refused = list(handle, { cursor: cursor as string })
        await expect(refused, `${name}: ${String(cursor).slice(0, 50)}`).rejects.toMatchObject({
          code: 'INVALID_INPUT',
          path: 'cursor',
        })
      }
      expect((await list(handle, { cursor: own })).items, name).toHaveLength(2)
    })
  },

  'a cursor of another filter is refused': async ({ store }) => {
    for (const i of range(3)) await store.saveTask({ title: `${i}`, assignedTo: 'a' })
    const { nextCursor } = await store.getTasks({ limit: 1, assignedTo: 'a' })
    for (const filter of [{}, { assignedTo: 'b' }, { status: 'pending' as const }]) {
      const refused = store.getTasks({ ...filter, cursor: nextCursor as string })
      await expect(refused).rejects.toMatchObject({ code: 'INVALID_INPUT', path: 'cursor' })
    }
    expect((await store.getTasks({ assignedTo: 'a', limit: 2, cursor: nextCursor as string })).items).toHaveLength(2)
  },
}

const EVENT = { eventType: 'message', sessionId: 'session-1', actorType: 'user', actorId: 'u', content: '' } as const
