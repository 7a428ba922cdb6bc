import { expect, it } from 'vitest'
import { deleteExpiredItems, saveItem } from '../src/operations.ts'
import { openTemporary } from './temporary-folder.ts'

it('deletes few expired items at once when their texts are long, and many when they are short', async () => {
  const engine = await openTemporary({ durability: 'normal' })
  const save = (key: string, text: string) =>
    engine.write(() => saveItem('default', { path: '["p"]', key, value: '1', text, ttlMs: 1 }))
  for (let i = 0; i < 5; i++) await save(`long ${i}`, `word${i} `.repeat(100_000))
  for (let i = 0; i < 20; i++) await save(`short ${i}`, `word${i}`)
  await new Promise((resolve) => setTimeout(resolve, 5))
  const deleted: number[] = []
  do deleted.push(await engine.write(() => deleteExpiredItems('default', 500)))
  while (deleted.at(-1) !== 0)
  expect(deleted).toEqual([2, 2, 21, 0])
})
