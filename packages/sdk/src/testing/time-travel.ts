import { expect } from 'vitest'
import type { ContractTests } from './harness.ts'
import { nextMillisecond, saveTurns, turn } from './histories.ts'
import { agent, range } from './samples.ts'

const later = (date: Date, ms: number) => new Date(date.getTime() + ms)

/** Loading an agent as it was at a moment. */
export const timeTravel: ContractTests = {
  'at a moment, an agent is loaded as it was then': async ({ store }) => {
    const moments: Date[] = []
    for (const i of range(9)) {
      await store.saveAgentState(agent({ name: `Name ${i}`, status: `s${i}`, state: turn(i), metadata: i }))
      moments.push(new Date())
      await nextMillisecond()
    }
    for (const [i, at] of moments.entries()) {
      const then = await store.loadAgentState('researcher', { at })
      expect(then).toMatchObject({ version: i + 1, name: `Name ${i}`, status: `s${i}`, metadata: i, state: turn(i) })
    }
  },

  'a version holds from its own millisecond on, until the millisecond before the next': async ({ store }) => {
    const [first] = await saveTurns(store, 1)
    await nextMillisecond()
    await nextMillisecond()
    const second = await store.saveAgentState(agent({ state: 'second' }))
    const versionAt = async (at: Date) => (await store.loadAgentState('researcher', { at }))?.version
    const begin = first?.updatedAt as Date
    expect(await versionAt(begin)).toBe(1)
    expect(await versionAt(later(begin, -1))).toBeUndefined()
    expect(await versionAt(second.updatedAt)).toBe(2)
    expect(await versionAt(later(second.updatedAt, -1))).toBe(1)
    expect(await store.loadAgentState('researcher', { at: begin })).toEqual(first)
  },

  'of versions of one millisecond, the last one counts': async ({ store }) => {
    const saved = await Promise.all(range(100).map((i) => store.saveAgentState(agent({ state: i }))))
    for (const { updatedAt } of saved) {
      const last = saved.findLast((one) => one.updatedAt.getTime() === updatedAt.getTime())
      expect(await store.loadAgentState('researcher', { at: updatedAt })).toEqual(last)
    }
  },

  'now and later, it is the newest version; before the first one, nothing': async ({ store }) => {
    const saved = await saveTurns(store, 3)
    for (const at of [new Date(), new Date('9999-12-31T23:59:59.999Z')])
      expect(await store.loadAgentState('researcher', { at })).toEqual(saved[2])
    for (const at of [new Date(0), later(saved[0]?.updatedAt as Date, -1)])
      expect(await store.loadAgentState('researcher', { at })).toBeNull()
    expect(await store.loadAgentState('nobody', { at: new Date() })).toBeNull()
  },

  'an agent that was deleted since is loaded as it was, and tells that it was deleted': async ({ store }) => {
    const [first, second] = await saveTurns(store, 2)
    await store.deleteAgent('researcher')
    const deleted = { deletedAt: expect.any(Date) }
    expect(await store.loadAgentState('researcher', { at: new Date() })).toEqual({ ...second, ...deleted })
    expect(await store.loadAgentState('researcher', { version: 1 })).toEqual({ ...first, ...deleted })
    expect(await store.loadAgentState('researcher', {})).toBeNull()
  },

  'a version and a moment at once are refused': async ({ store }) => {
    await saveTurns(store, 2)
    const both = store.loadAgentState('researcher', { version: 1, at: new Date() })
    await expect(both).rejects.toMatchObject({ code: 'INVALID_INPUT', path: 'at' })
    const neither = await store.loadAgentState('researcher', { version: undefined, at: undefined })
    expect(neither).toMatchObject({ version: 2 })
  },

  'what the caller does to an old state does not reach the history': async ({ store }) => {
    await saveTurns(store, 3)
    const old = await store.loadAgentState('researcher', { version: 2 })
    Object.assign(old?.state as object, { turn: 'changed', messages: [] })
    expect((await store.loadAgentState('researcher', { version: 2 }))?.state).toEqual(turn(2))
  },
}
