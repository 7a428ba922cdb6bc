import { openStateStore } from '@descartes/sdk'
import type { ContractHarness } from '@descartes/sdk/testing'
import { createDatabase, type TestDatabase } from '../../store/tests/postgresql/database.ts'

/** Stores on a PostgreSQL server, on a database of their own for each test. */
export function postgresqlHarness(): ContractHarness {
  let database: Promise<TestDatabase> | undefined
  return {
    name: 'PostgreSQL',
    async open(options) {
      database ??= createDatabase()
      return openStateStore({ url: (await database).url, ...options })
    },
    async cleanup() {
      await (await database)?.drop()
      database = undefined
    },
  }
}
