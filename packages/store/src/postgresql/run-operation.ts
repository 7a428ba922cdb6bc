import type { ClientBase } from 'pg'
import type { Operation, Step } from '../operation.ts'
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

/** Sends one statement; the rows that the operation asks for. */
export async function sendStep(pipeline: Pipeline, sender: number, step: Step, isWriting: boolean): Promise<unknown> {
  const { statement, params, rows } = step
  // Others may have written since: what an operation says of its rows is not kept here.
  if (rows === 'keep') return undefined
  const found = pipeline.query(sender, nameOf(statement, isWriting), params.map(toParameter))
  return rows === 'all' ? found : (await found)[0]
}

/** Sends one statement that is run for its effect alone. */
export function executeStep(pipeline: Pipeline, sender: number, { statement, params }: Step): void {
  pipeline.execute(sender, nameOf(statement, true), params.map(toParameter))
}
