import type { ClientBase } from 'pg'
import type { Operation, SqlValue, Step } from '../operation.ts'
import type { RecentlyUsed } from '../recently-used.ts'
import { Pipeline, type Sender } from './pipeline.ts'
import { type NamedStatement, nameOf, toParameter } from './statements.ts'

/** How an operation is run. */
export interface Run {
  readonly isWriting: boolean
  /** The only one whose rows it may see, if there is a wall between them. */
  readonly namespace: string | undefined
  /** What the connection is told first. */
  readonly begin?: NamedStatement
}

/** Rows that were written, and will likely be read again; whether they are still the same, the statement tells. */
export type KeptRows = RecentlyUsed<unknown>

/** Runs an operation to its end, within the transaction that is open or begun. */
export async function runOperation<T>(client: ClientBase, operation: Operation<T>, run: Run): Promise<T> {
  const pipeline = await Pipeline.open(client)
  const sender = { index: 0, namespace: run.namespace }
  try {
    if (run.begin !== undefined) pipeline.execute({ index: 0, namespace: undefined }, run.begin)
    let state = operation.next()
    while (!state.done) state = operation.next(await sendStep(pipeline, sender, state.value, run.isWriting))
    await pipeline.end()
    return state.value
  } catch (error) {
    await pipeline.end().catch(() => {})
    throw pipeline.failure?.error ?? error
  }
}

/** Runs one statement as a transaction by itself; the rows that the operation asks for. */
export async function runStep(client: ClientBase, step: Step, { isWriting, namespace }: Run): Promise<unknown> {
  const pipeline = await Pipeline.open(client)
  const [rows] = await Promise.all([sendStep(pipeline, { index: 0, namespace }, step, isWriting), pipeline.end()])
  return rows
}

/** Sends one statement; the rows that the operation asks for, if it does. */
export async function sendStep(
  pipeline: Pipeline,
  sender: Sender,
  step: Step,
  isWriting: boolean,
  keptRows?: KeptRows,
): Promise<unknown> {
  const { statement, params, rows } = step
  if (rows === 'keep') return keptRows?.set(keyOf(params), step.row, step.bytes as number)
  const named = nameOf(statement, isWriting)
  if (named.text === '') return undefined
  if (step.isEffect) return pipeline.execute(sender, named, params.map(toParameter))
  const { recall } = statement
  const kept = rows === 'kept' ? keptRows?.get(keyOf(params)) : undefined
  const all = recall === undefined ? params : [...params, ...recall.params(kept)]
  const found = await pipeline.query(sender, named, all.map(toParameter))
  if (rows === 'all') return found
  return kept === undefined || found[0] === undefined ? found[0] : recall?.complete(found[0], kept)
}

// One statement alone has rows that are kept.
function keyOf(params: readonly SqlValue[]): string {
  return JSON.stringify(params)
}
