import { expect } from 'vitest'
import type { ContractTests } from './harness.ts'
import { agent } from './samples.ts'

/** What the database has been through. */
export const migrations: ContractTests = {
  'a new database is at the current schema, and tells how it got there': async ({ store }) => {
    const history = await store.getMigrationHistory()
    expect(history.length).toBeGreaterThan(0)
    for (const { version, name, description, appliedAt } of history) {
      expect(version).toMatch(/^\d+$/)
      expect(name.startsWith(`${version}_`)).toBe(true)
      expect(description).not.toBe('')
      expect(appliedAt.getTime()).toBeLessThanOrEqual(Date.now())
      // The tests of a run may share what was migrated at its beginning; an hour is what a wrong time zone would make.
      expect(appliedAt.getTime()).toBeGreaterThan(Date.now() - 3_500_000)
    }
    const names = history.map(({ name }) => name)
    expect(names).toEqual(names.toSorted())
    expect(new Set(names).size).toBe(names.length)
  },

  'initialize changes nothing in a database that is current': async ({ store }) => {
    const saved = await store.saveAgentState(agent())
    const history = await store.getMigrationHistory()
    await Promise.all([store.initialize(), store.initialize()])
    expect(history).not.toHaveLength(0)
    expect(await store.getMigrationHistory()).toEqual(history)
    expect(await store.loadAgentState('researcher')).toEqual(saved)
  },

  'opening a database again migrates nothing again': async ({ store, open }) => {
    const history = await store.getMigrationHistory()
    expect(history).not.toHaveLength(0)
    const other = await open({ namespace: 'other' })
    expect(await other.getMigrationHistory()).toEqual(history)
  },
}
