import { openStateStore, type StateStore } from '@descartes/sdk'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { expectRefused } from './expect-refused.ts'

let store: StateStore

beforeAll(async () => {
  store = await openStateStore({ url: ':memory:' })
})

afterAll(() => store.close())

type Call = (store: StateStore, value: never) => Promise<unknown>

const PATHS: Record<string, Call> = {
  'saveItems inputs/0/path': (s, path) => s.saveItems([{ path, key: 'k', value: 1 }]),
  'saveItem path': (s, path) => s.saveItem({ path, key: 'k', value: 1 }),
  'getItem path': (s, path) => s.getItem(path, 'k'),
  'deleteItem path': (s, path) => s.deleteItem(path, 'k'),
  'refreshItems items/0/path': (s, path) => s.refreshItems([{ path, key: 'k' }]),
}
const PREFIXES: Record<string, Call> = {
  'listItems pathPrefix': (s, pathPrefix) => s.listItems({ pathPrefix }),
  'searchItems pathPrefix': (s, pathPrefix) => s.searchItems('x', { pathPrefix }),
  'listItemPaths pathPrefix': (s, pathPrefix) => s.listItemPaths({ pathPrefix }),
}

const NO_PATHS = [
  null,
  7,
  'users',
  '["users"]',
  {},
  new Set(['users']),
  { length: 1, 0: 'users' },
  ['x'.repeat(1021)],
  ['é'.repeat(511)],
  ['"'.repeat(511)],
  Array.from({ length: 600 }, () => 'a'),
  Array.from({ length: 100_000 }, () => 'a'),
]
const NO_LABELS = [undefined, null, 7, '', 'a\0', '\uD800', 'e\u0301', {}, ['a'], Symbol('a'), new String('a')]

describe('a path that is none is refused', () => {
  test.each(Object.entries({ ...PATHS, ...PREFIXES }))('%s', async (name, call) => {
    const field = name.split(' ')[1] as string
    for (const value of name in PATHS ? [undefined, [], ...NO_PATHS] : NO_PATHS)
      await expectRefused(store, field, () => call(store, value as never))
  })
})

describe('a label that is none is refused by its place', () => {
  test.each(Object.entries({ ...PATHS, ...PREFIXES }))('%s', async (name, call) => {
    const field = name.split(' ')[1] as string
    for (const label of NO_LABELS) {
      // The arguments of getItem and deleteItem have no name of their own before the place.
      const place = name.startsWith('getItem') || name.startsWith('deleteItem') ? '1' : `${field}/1`
      await expectRefused(store, place, () => call(store, ['users', label] as never))
    }
  })
})
