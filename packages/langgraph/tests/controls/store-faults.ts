import type { CaughtFaults } from '../../../sdk/tests/fault-controls.ts'

/** Faults of the store below a DescartesStore, and tests that must catch each. */
export const STORE_FAULTS: CaughtFaults = {
  'commits the parts of a transaction one by one': {
    fault: (sound) => ({ transact: (fn) => fn(sound) }),
    caughtBy: ['stores nothing of a batch in which one put is refused'],
  },
  'lists the items of every path': {
    fault: (sound) => ({ listItems: (filter) => sound.listItems({ ...filter, pathPrefix: [] }) }),
    caughtBy: [
      'keeps namespaces apart, whatever stands in their labels',
      'gives what InMemoryStore gives, whatever is done',
    ],
  },
  'lists items in the order of their keys': {
    fault: (sound) => ({
      listItems: async (filter) => {
        const { items, nextCursor } = await sound.listItems(filter)
        return { items: items.toSorted((a, b) => (a.key < b.key ? -1 : 1)), nextCursor }
      },
    }),
    caughtBy: ['lists the newest first, ten of them unless told'],
  },
  'ends lists after the first page': {
    fault: (sound) => ({
      listItems: async (filter) => ({ ...(await sound.listItems(filter)), nextCursor: null }),
      listItemPaths: async (filter) => ({ ...(await sound.listItemPaths(filter)), nextCursor: null }),
    }),
    caughtBy: ['reach past the pages that hold no match', 'lists more namespaces than a page holds'],
  },
  'forgets the words': {
    fault: (sound) => ({
      saveItem: ({ text: _, ...input }) => sound.saveItem(input),
      saveItems: (inputs) => sound.saveItems(inputs.map(({ text: _, ...input }) => input)),
    }),
    caughtBy: [
      'finds items by all the words of a query, the best first, with a score',
      'finds items by what of them was indexed',
    ],
  },
  'gives values back as JSON has them': {
    fault: (sound) => ({
      getItem: async (path, key) => {
        const item = await sound.getItem(path, key)
        const asJson = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)
        return item && { ...item, value: JSON.parse(JSON.stringify(item.value, asJson)) }
      },
    }),
    caughtBy: ['gives an item back as it was put, whatever types are in it'],
  },
  'keeps items for good': {
    fault: (sound) => ({
      saveItem: ({ ttlMs: _, ...input }) => sound.saveItem(input),
      saveItems: (inputs) => sound.saveItems(inputs.map(({ ttlMs: _, ...input }) => input)),
    }),
    caughtBy: ['shows an item until its minutes are over, and not from the very moment on'],
  },
  'refreshes nothing': {
    fault: () => ({ refreshItems: async (items) => items.length }),
    caughtBy: [
      'lets an item live as long again when it is read by get',
      'refreshes what a batch reads, and stores what it puts, in one',
    ],
  },
  'sweeps nothing': {
    fault: () => ({ deleteExpiredItems: async () => 0 }),
    caughtBy: ['sweeps when it was started, until it is stopped'],
  },
}
