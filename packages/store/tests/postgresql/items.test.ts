import { expect, onTestFinished, test } from 'vitest'
import type { Engine } from '../../src/engine.ts'
import { openEngine } from '../../src/open-engine.ts'
import { type SaveItem, saveItem, saveItems } from '../../src/operations.ts'
import { databaseOfFile } from './database.ts'

const url = databaseOfFile()

async function open(): Promise<Engine> {
  const engine = await openEngine({ url: url() })
  onTestFinished(() => engine.close())
  return engine
}

/** Two engines save the same fifty items in opposite orders, until the server has to end one; how often it had to. */
async function conflicts(
  rounds: number,
  save: (engine: Engine, items: SaveItem[]) => Promise<unknown>,
): Promise<number> {
  const engines = [await open(), await open()]
  const items = Array.from({ length: 50 }, (_, i) => ({
    path: '["p"]',
    key: `${i}`,
    value: '1',
    text: '',
    ttlMs: null,
  }))
  const [first] = engines as [Engine]
  await first.write(() => saveItems('default', items))
  const retries = () => engines.reduce((sum, engine) => sum + engine.stats().writes.busyRetries, 0)
  for (let round = 0; round < rounds && retries() === 0; round++)
    await Promise.all(engines.map((engine, i) => save(engine, i === 0 ? items : items.toReversed())))
  return retries()
}

test('two who save the same items by one call each, in another order, never wait for each other in a circle', async () => {
  expect(await conflicts(8, (engine, items) => engine.write(() => saveItems('default', items)))).toBe(0)
})

test('control: those who save them one by one in a group commit do', async () => {
  expect(
    await conflicts(100, (engine, items) =>
      Promise.all(items.map((item) => engine.write(() => saveItem('default', item)))),
    ),
  ).toBeGreaterThan(0)
})
