import { openStateStore } from '@descartes/sdk'
import type { ContractHarness } from '@descartes/sdk/testing'
import { afterAll, beforeAll } from 'vitest'
import { connectionOfFile } from '../../store/tests/postgresql/connect.ts'
import { createDatabase, type TestDatabase } from '../../store/tests/postgresql/database.ts'

/** Empties what the tests of a file have written: a database of its own for each would take half a second. */
const EMPTY = `DELETE FROM agent_states; DELETE FROM agent_revisions; DELETE FROM state_transitions;
  DELETE FROM state_snapshots; DELETE FROM events; DELETE FROM items; DELETE FROM tasks; DELETE FROM sessions; ALTER SEQUENCE events_seq RESTART`

/**
 * Stores on a PostgreSQL server, on one database for the test file that makes this at its top: a copy of another, if one
 * is given. They connect as its owner, or as `login`.
 */
export function postgresqlHarness(
  name = 'PostgreSQL',
  original?: () => TestDatabase,
  login: { username?: string; password?: string } = {},
): ContractHarness {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createDatabase({ template: original?.().name })
  })
  afterAll(() => database?.drop())
  const owner = connectionOfFile(() => database.url)
  return {
    name,
    open: (options) => openStateStore({ url: Object.assign(new URL(database.url), login).href, ...options }),
    async cleanup() {
      await owner().query(EMPTY)
    },
  }
}
