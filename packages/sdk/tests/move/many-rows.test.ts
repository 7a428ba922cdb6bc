import { moveStore, openStateStore } from '@descartes/sdk'
import { expect, test } from 'vitest'
import { fillWithRows } from './bulk-store.ts'
import { places } from './places.ts'

/** About so many are moved. For a million: `DESCARTES_MOVE_ROWS=1000000 npm test -- many-rows`. */
const ROWS = Number(process.env.DESCARTES_MOVE_ROWS ?? 20_000)
/** A million rows take minutes to make, and minutes to move. */
const TIMEOUT_MS = 180_000 + ROWS * 2

test(`${ROWS} rows of all tables are moved from SQLite to PostgreSQL and back`, { timeout: TIMEOUT_MS }, async () => {
  const [source, target, home] = [await places.SQLite(), await places.PostgreSQL(), await places.SQLite()]
  await timed(`made ${ROWS} rows`, () => fillWithRows(source, ROWS))
  const there = await timed('to PostgreSQL', () => moveStore({ from: source, to: target }))
  expect(there.rows).toBeGreaterThanOrEqual(ROWS)
  const back = await timed('back to SQLite', () => moveStore({ from: target, to: home }))
  expect(back.tables).toEqual(there.tables)
  for (const url of [target, home]) {
    const store = await openStateStore({ url, namespace: 'right' })
    expect((await store.searchEvents('word7', { limit: 5 })).items.length).toBeGreaterThan(0)
    expect((await store.loadAgentState('agent-0', { version: 17 }))?.version).toBe(17)
    await store.close()
  }
})

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await work()
  if (process.env.DESCARTES_MOVE_ROWS !== undefined)
    console.log(
      `${what}: ${((performance.now() - start) / 1000).toFixed(1)} s, ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`,
    )
  return result
}
