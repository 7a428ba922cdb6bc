import { describe, expect, test } from 'vitest'
import { agents } from './agents.ts'
import { appends } from './appends.ts'
import { blames } from './blames.ts'
import { closing } from './closing.ts'
import { concurrency } from './concurrency.ts'
import { consistency } from './consistency.ts'
import { diffs } from './diffs.ts'
import { eventIdentity } from './event-identity.ts'
import { events } from './events.ts'
import { forks } from './forks.ts'
import { type ContractHarness, type ContractTests, runContractTest } from './harness.ts'
import { historyBoundaries } from './history-boundaries.ts'
import { itemExpiry } from './item-expiry.ts'
import { itemSearches } from './item-searches.ts'
import { items } from './items.ts'
import { labels } from './labels.ts'
import { migrations } from './migrations.ts'
import { namespaces } from './namespaces.ts'
import { nestedTransactions } from './nested-transactions.ts'
import { paging } from './paging.ts'
import { patches } from './patches.ts'
import { pins } from './pins.ts'
import { prefixes } from './prefixes.ts'
import { prismaDoor } from './prisma-door.ts'
import { prismaHistories } from './prisma-histories.ts'
import { pruning } from './pruning.ts'
import { purging } from './purging.ts'
import { refusals } from './refusals.ts'
import { removals } from './removals.ts'
import { restores } from './restores.ts'
import { revisions } from './revisions.ts'
import { schemaVersions } from './schema-versions.ts'
import { search } from './search.ts'
import { sessions } from './sessions.ts'
import { snapshots } from './snapshots.ts'
import { tasks } from './tasks.ts'
import { timeTravel } from './time-travel.ts'
import { transactions } from './transactions.ts'
import { transitions } from './transitions.ts'
import { values } from './values.ts'
import { versions } from './versions.ts'

export type { ContractContext, ContractHarness, ContractOpenOptions, ContractTests } from './harness.ts'
export { runContractTest } from './harness.ts'

/** The whole contract of a StateStore: its tests by subject and by name. */
export const CONTRACT: Readonly<Record<string, ContractTests>> = {
  agents,
  prefixes,
  values,
  versions,
  transitions,
  snapshots,
  revisions,
  labels,
  'time travel': timeTravel,
  restores,
  diffs,
  blames,
  patches,
  appends,
  forks,
  pins,
  pruning,
  purging,
  removals,
  'schema versions': schemaVersions,
  'history boundaries': historyBoundaries,
  events,
  'event identity': eventIdentity,
  search,
  items,
  'item searches': itemSearches,
  'item expiry': itemExpiry,
  tasks,
  sessions,
  namespaces,
  transactions,
  'nested transactions': nestedTransactions,
  paging,
  concurrency,
  consistency,
  migrations,
  refusals,
  'prisma door': prismaDoor,
  'prisma histories': prismaHistories,
  closing,
}

/**
 * Tests with Vitest that a backend keeps the contract of StateStore. What the harness excludes is reported as skipped,
 * with its reason; an exclusion that names no test fails.
 */
export function testStateStoreContract(harness: ContractHarness): void {
  const { excluded = {} } = harness
  describe(`the StateStore contract on ${harness.name}`, () => {
    for (const [subject, tests] of Object.entries(CONTRACT)) {
      describe(subject, () => {
        for (const [name, run] of Object.entries(tests)) {
          const reason = excluded[name]
          const title = reason === undefined ? name : `${name} (excluded: ${reason})`
          test.skipIf(reason !== undefined)(title, () => runContractTest(harness, run))
        }
      })
    }

    test('every exclusion names a test, and gives a reason', () => {
      const names = Object.values(CONTRACT).flatMap((tests) => Object.keys(tests))
      expect(new Set(names).size).toBe(names.length)
      for (const [name, reason] of Object.entries(excluded)) {
        expect(names).toContain(name)
        expect(reason).not.toBe('')
      }
    })
  })
}
