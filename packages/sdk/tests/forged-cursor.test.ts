import { openStateStore } from '@descartes/sdk'
import { expect, test } from 'vitest'
import { encodeCursor } from '../src/cursor.ts'
import { expectInvalidInput } from './bad-inputs/expect-refused.ts'

test('a cursor that somebody made, checksum and all, is refused unless it holds a key', async () => {
  const store = await openStateStore({ url: ':memory:' })
  const scope = { namespace: 'default', list: JSON.stringify(['events', 'session', 's']) }
  for (const key of [[{ a: 1 }], [null], [[1]], [[1], 2], [[1], 'r', 's'], [true], { length: 1 }, null, 'text']) {
    const cursor = encodeCursor(scope, key as never, 'primary')
    expectInvalidInput(await store.getEvents('s', { cursor }).catch((error: unknown) => error), 'cursor')
  }
  expect((await store.getEvents('s', { cursor: encodeCursor(scope, ['not a number'], 'primary') })).items).toEqual([])
  await store.close()
})
