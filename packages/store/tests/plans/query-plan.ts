import { StateStoreError } from '../../src/errors.ts'
import type { Operation, Step } from '../../src/operation.ts'
import type { Connection } from '../../src/sqlite/connection.ts'

/** Runs an operation to its end and keeps every statement that it yields. */
export function record(connection: Connection, operation: Operation<unknown>): Step[] {
  const steps: Step[] = []
  try {
    let state = operation.next()
    while (!state.done) {
      steps.push(state.value)
      state = operation.next(connection.run(once(state.value)))
    }
  } catch (error) {
    if (!(error instanceof StateStoreError)) throw error
  }
  return steps
}

function* once(step: Step): Operation<unknown> {
  return yield step
}

/** What SQLite would do to run a statement, a line for each part. */
export function explain(connection: Connection, { statement, params }: Step): string[] {
  const plan = connection.database.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${statement.sql}`)
  return plan.all(params).map(({ detail }) => detail)
}

/**
 * What must not be in a plan: a table, or all of a namespace, read from end to end; rows sorted that an index could have
 * handed over in order; a filter that every row is held against, one by one, because no index knows it.
 */
export function findSlowParts(sql: string, plan: readonly string[]): string[] {
  const parts = plan.filter((detail) => /^SCAN (?!CONSTANT ROW)|^USE TEMP B-TREE|\(namespace=\?\)$/.test(detail))
  const filters = [...sql.matchAll(/ AND (?:\w\.)?(\w+) = (?:\?|\w\.\w)/g)].map((match) => match[1] as string)
  const unindexed = filters.filter((column) => !plan.some((detail) => detail.includes(`${column}=?`)))
  return [...parts, ...unindexed.map((column) => `FILTER ${column}`)]
}
