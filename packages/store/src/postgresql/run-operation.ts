import type { ClientBase } from 'pg'
import type { Operation, Step } from '../operation.ts'
import { nameOf, toParameter } from './statements.ts'
import { READERS } from './values.ts'

/** What runs one statement: a connection, or a pool that takes any. */
export type Querying = Pick<ClientBase, 'query'>

/** Runs an operation to its end, one statement after the other. */
export async function runOperation<T>(client: Querying, operation: Operation<T>, isWriting: boolean): Promise<T> {
  let state = operation.next()
  while (!state.done) state = operation.next(await runStep(client, state.value, isWriting))
  return state.value
}

/** Runs one statement; the rows that the operation asks for. */
export async function runStep(client: Querying, step: Step, isWriting: boolean): Promise<unknown> {
  const { statement, params, rows } = step
  // Others may have written since: what an operation says of its rows is not kept here.
  if (rows === 'keep') return undefined
  const { name, text } = nameOf(statement, isWriting)
  const result = await client.query({ name, text, values: params.map(toParameter), types: READERS })
  return rows === 'all' ? result.rows : result.rows[0]
}
