import type { ClientBase } from 'pg'
import type { Operation, SqlValue, Step } from '../operation.ts'
import type { RecentlyUsed } from '../recently-used.ts'
import { Pipeline } from './pipeline.ts'
import { nameOf, toParameter } from './statements.ts'

/** Runs an operation to its end, one statement after the other. */
export async function runOperation<T>(client: ClientBase, operation: Operation<T>, isWriting: boolean): Promise<T> {
  let state = operation.next()
  while (!state.done) state = operation.next(await runStep(client, state.value, isWriting))
  return state.value
}

/** Runs one statement by itself; the rows that the operation asks for. */
export async function runStep(client: ClientBase, step: Step, isWriting: boolean): Promise<unknown> {
  const pipeline = await Pipeline.open(client)
  const [rows] = await Promise.all([sendStep(pipeline, 0, step, isWriting), pipeline.end()])
  return rows
}

/** Rows that were written, and will likely be read again; whether they are still the same, the statement tells. */
export type KeptRows = RecentlyUsed<unknown>

/** Sends one statement; the rows that the operation asks for. */
export async function sendStep(
  pipeline: Pipeline,
  sender: number,
  step: Step,
  isWriting: boolean,
  keptRows?: KeptRows,
): Promise<unknown> {
  const { statement, params, rows } = step
  if (rows === 'keep') return keptRows?.set(keyOf(params), step.row, step.bytes as number)
  const { recall } = statement
  const kept = rows === 'kept' ? keptRows?.get(keyOf(params)) : undefined
  const all = recall === undefined ? params : [...params, ...recall.params(kept)]
  const found = await pipeline.query(sender, nameOf(statement, isWriting), all.map(toParameter))
  if (rows === 'all') return found
  return kept === undefined || found[0] === undefined ? found[0] : recall?.complete(found[0], kept)
}

// One statement alone has rows that are kept.
function keyOf(params: readonly SqlValue[]): string {
  return JSON.stringify(params)
}

/** Sends one statement that is run for its effect alone. */
export function executeStep(pipeline: Pipeline, sender: number, { statement, params }: Step): void {
  pipeline.execute(sender, nameOf(statement, true), params.map(toParameter))
}
