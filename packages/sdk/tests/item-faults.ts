import type { Fault } from './faulty-store.ts'

/** Faults of items, and tests of the contract that must catch each. */
export const ITEM_FAULTS: [string, Fault, string[]][] = [
  [
    'joins the labels of a path',
    (sound) => {
      const joined = (path: readonly string[]) => [path.join(',')]
      return {
        saveItem: async (input) => ({
          ...(await sound.saveItem({ ...input, path: joined(input.path) })),
          path: [...input.path],
        }),
        getItem: async (path, key) => {
          const found = await sound.getItem(joined(path), key)
          return found && { ...found, path: [...path] }
        },
      }
    },
    ['items are listed by whole labels of their paths, whatever is in them'],
  ],
  [
    'keeps the order of the first save',
    (sound) => ({
      listItems: async (filter) => {
        const { items, nextCursor } = await sound.listItems(filter)
        return { items: items.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime()), nextCursor }
      },
    }),
    ['items are listed with the one first that was saved last, even within one millisecond'],
  ],
  [
    'saves the items of one call one by one',
    (sound) => ({
      saveItems: async (inputs) => {
        for (const input of inputs) await sound.saveItem(input)
      },
    }),
    ['items that are saved by one call are saved in their order, all or none'],
  ],
  [
    'gives items that have expired',
    (sound) => ({
      getItem: async (path, key) => {
        const where = { path: JSON.stringify(path), key }
        const row = await sound.prisma.item.findFirst({ where })
        return row && { ...row, path: [...path], value: JSON.parse(row.value) }
      },
    }),
    [
      'no read gives an item whose time is over',
      'an item is there until the very moment that it expires, and never after',
    ],
  ],
  [
    'keeps the time of an item that is saved without one',
    (sound) => ({
      saveItem: async (input) => {
        const before = await sound.getItem(input.path, input.key)
        return sound.saveItem({ ttlMs: before?.expiresAt ? 600_000 : undefined, ...input })
      },
    }),
    ['an item that is saved again is replaced whole; the last one wins'],
  ],
  [
    'refreshes every item for an hour',
    (sound) => ({
      refreshItems: async (items) => {
        await sound.prisma.item.updateMany({ data: { expiresAt: new Date(Date.now() + 3_600_000) } })
        return items.length
      },
    }),
    [
      'a refreshed item lives as long again, and stays where it is in lists',
      'no read gives an item whose time is over',
    ],
  ],
  [
    'deletes expired items in one batch only',
    (sound) => ({ deleteExpiredItems: async () => Math.min(500, await sound.deleteExpiredItems()) }),
    ['deleteExpiredItems deletes what is over, however many, and nothing else'],
  ],
  [
    'searches the items of every path',
    (sound) => ({ searchItems: (query, options) => sound.searchItems(query, { ...options, pathPrefix: [] }) }),
    ['the best items come first, of this path and what is below it alone'],
  ],
]
