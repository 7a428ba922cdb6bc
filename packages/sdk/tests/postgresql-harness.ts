import { openStateStore } from '@descartes/sdk'
import type { ContractHarness } from '@descartes/sdk/testing'
import { createDatabase, type TestDatabase } from '../../store/tests/postgresql/database.ts'

/**
 * Stores on a PostgreSQL server, on a database of their own for each test: a copy of another, if one is given. They
 * connect as its owner, or as `login`.
 */
export function postgresqlHarness(
  name = 'PostgreSQL',
  original?: () => TestDatabase,
  login: { username?: string; password?: string } = {},
): ContractHarness {
  let database: Promise<TestDatabase> | undefined
  return {
    name,
    async open(options) {
      database ??= createDatabase({ template: original?.().name })
      return openStateStore({ url: Object.assign(new URL((await database).url), login).href, ...options })
    },
    async cleanup() {
      await (await database)?.drop()
      database = undefined
    },
  }
}
