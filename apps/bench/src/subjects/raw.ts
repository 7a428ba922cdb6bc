import { openDatabase } from './connection.ts'
import { agentOperations, prepareRecord } from './raw-agents.ts'
import { eventOperations } from './raw-events.ts'
import { sessionOperations } from './raw-sessions.ts'
import { taskOperations } from './raw-tasks.ts'
import { transitionOperations } from './raw-transitions.ts'
import type { Awaitable, Durability, Subject } from './subject.ts'

/**
 * Raw better-sqlite3: the statements that our operations run, written by hand, prepared once, on a connection with the
 * same pragmas. Every version of an agent is kept here, too, but whole: a delta is more than a statement. It is
 * synchronous, so "in flight" means: so many writes share one BEGIN IMMEDIATE ... COMMIT.
 */
export async function openRaw(
  path: string,
  durability: Durability,
  prepare = prepareRecord,
  settings?: readonly string[],
): Promise<Subject> {
  const database = openDatabase(path, durability, settings)
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')

  async function run<I, R>(
    mode: 'read' | 'write',
    operation: (input: I) => Awaitable<R>,
    inputs: readonly I[],
    inFlight: number,
  ): Promise<R[]> {
    const results = new Array<R>(inputs.length)
    const batch = mode === 'read' ? inputs.length : inFlight
    for (let from = 0; from < inputs.length; from += batch) {
      if (mode === 'write') begin.run()
      const end = Math.min(from + batch, inputs.length)
      for (let i = from; i < end; i++) results[i] = operation(inputs[i] as I) as R
      if (mode === 'write') commit.run()
    }
    return results
  }

  const operations = {
    ...agentOperations(database, prepare),
    ...transitionOperations(database),
    ...eventOperations(database),
    ...taskOperations(database),
    ...sessionOperations(database),
  }
  return { name: 'raw', path, operations, run, close: async () => void database.close() }
}
