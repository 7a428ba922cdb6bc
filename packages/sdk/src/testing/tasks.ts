import { expect } from 'vitest'
import type { TaskStatus } from '../records.ts'
import type { ContractTests } from './harness.ts'
import { range, STRANGE_WORDS } from './samples.ts'

const FULL = {
  id: 't1',
  title: 'Read the paper',
  description: 'All of it',
  status: 'in_progress',
  assignedTo: 'researcher',
  metadata: { pages: 12 },
} as const

const STATUSES: readonly TaskStatus[] = ['pending', 'in_progress', 'completed', 'failed', 'cancelled']

/** Tasks that agents share. */
export const tasks: ContractTests = {
  'a task comes back as it was saved': async ({ store }) => {
    const saved = await store.saveTask(FULL)
    expect(saved).toEqual({ ...FULL, createdAt: expect.any(Date), updatedAt: saved.createdAt })
    expect(await store.getTask('t1')).toEqual(saved)
    expect((await store.getTasks()).items).toEqual([saved])
  },

  'a new task gets an id, is pending, and has nothing that it was not given': async ({ store }) => {
    const [one, two] = [await store.saveTask({ title: 'A' }), await store.saveTask({ title: 'A' })]
    const nothing = { description: null, assignedTo: null, metadata: null }
    expect(one).toMatchObject({ title: 'A', status: 'pending', ...nothing })
    expect(one.id).not.toBe(two.id)
    expect(await store.getTask(one.id)).toEqual(one)
    expect(await store.getTask('none')).toBeNull()
  },

  'what is left out stays as it is': async ({ store }) => {
    const first = await store.saveTask(FULL)
    const second = await store.saveTask({ id: 't1', title: 'Renamed' })
    expect(second).toEqual({ ...first, title: 'Renamed', updatedAt: second.updatedAt })
    expect(second.updatedAt.getTime()).toBeGreaterThanOrEqual(first.updatedAt.getTime())
    const third = await store.saveTask({ id: 't1', title: 'Renamed', status: 'completed' })
    expect(third).toEqual({ ...second, status: 'completed', updatedAt: third.updatedAt })
    expect(await store.getTask('t1')).toEqual(third)
  },

  'null clears description, assignee and metadata, each alone': async ({ store }) => {
    for (const field of ['description', 'assignedTo', 'metadata'] as const) {
      const full = await store.saveTask(FULL)
      const cleared = await store.saveTask({ id: 't1', title: FULL.title, [field]: null })
      expect(cleared).toEqual({ ...full, [field]: null, updatedAt: cleared.updatedAt })
    }
  },

  'tasks are listed oldest first': async ({ store }) => {
    const saved = await Promise.all(range(30).map((i) => store.saveTask({ title: `${i}` })))
    await store.saveTask({ id: saved[0]?.id, title: 'changed' })
    expect((await store.getTasks()).items.map(({ id }) => id)).toEqual(saved.map(({ id }) => id))
  },

  'tasks are listed by status, by assignee, and by both': async ({ store }) => {
    for (const status of STATUSES) {
      await store.saveTask({ id: `a-${status}`, title: 'A', status, assignedTo: 'a' })
      await store.saveTask({ id: `b-${status}`, title: 'B', status, assignedTo: 'b' })
      await store.saveTask({ id: `n-${status}`, title: 'nobody', status })
    }
    const ids = async (filter: object) => (await store.getTasks(filter)).items.map(({ id }) => id).sort()
    for (const status of STATUSES) {
      expect(await ids({ status })).toEqual([`a-${status}`, `b-${status}`, `n-${status}`])
      expect(await ids({ status, assignedTo: 'b' })).toEqual([`b-${status}`])
    }
    expect(await ids({ assignedTo: 'a' })).toEqual(STATUSES.map((status) => `a-${status}`).sort())
    expect(await ids({ assignedTo: 'A' })).toEqual([])
  },

  'a task that changes moves to the lists that it now belongs to': async ({ store }) => {
    await store.saveTask(FULL)
    await store.saveTask({ id: 't1', title: 'x', status: 'completed', assignedTo: 'writer' })
    expect((await store.getTasks({ status: 'in_progress' })).items).toEqual([])
    expect((await store.getTasks({ assignedTo: 'researcher' })).items).toEqual([])
    expect((await store.getTasks({ status: 'completed', assignedTo: 'writer' })).items).toHaveLength(1)
  },

  'ids, titles and assignees are ordinary text': async ({ store }) => {
    for (const word of STRANGE_WORDS) {
      const saved = await store.saveTask({ id: word, title: word, description: word, assignedTo: word, metadata: word })
      expect(saved).toMatchObject({ id: word, title: word, description: word, assignedTo: word, metadata: word })
      expect(await store.getTask(word)).toEqual(saved)
      expect((await store.getTasks({ assignedTo: word })).items).toEqual([saved])
    }
  },
}
