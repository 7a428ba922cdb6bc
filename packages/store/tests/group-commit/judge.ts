import Database from 'better-sqlite3'
import { CommitUnknownError, StorageFailedError, StorageFullError, StoreBusyError } from '../../src/errors.ts'
import type { Call, PlanRun } from './run-plan.ts'
import { Refusal } from './run-plan.ts'

/** Everything in a finished run that breaks what group commit promises. */
export function judge({ calls, connection, writer, violations }: PlanRun): string[] {
  const found = [...violations]
  for (const call of calls) {
    const there = connection.partsOf(call.id)
    if (call.outcome === 'pending') found.push(`call ${call.id} never settled`)
    if (call.outcome === 'acknowledged' && there.join() !== call.parts.join())
      found.push(`acknowledged call ${call.id} left ${there}, not ${call.parts}`)
    if (call.outcome === 'acknowledged' && call.command.kind === 'write' && mustFail(call))
      found.push(`call ${call.id} failed and was acknowledged`)
    if (call.outcome === 'rejected' && there.length > 0 && !(call.error instanceof CommitUnknownError))
      found.push(`rejected call ${call.id} left ${there}`)
    if (call.outcome === 'rejected' && there.length > 0 && there.join() !== call.parts.join())
      found.push(`call ${call.id} left a half: ${there} of ${call.parts}`)
    if (call.outcome === 'given up' && there.length > 0) found.push(`call ${call.id} was rolled back and left ${there}`)
    if (call.outcome === 'rejected' && !isItsOwn(call))
      found.push(`call ${call.id} was rejected for another's fault: ${call.error}`)
  }
  const order = connection.committed.map((row) => row.call)
  if (order.some((call, i) => call < (order[i - 1] ?? 0))) found.push(`committed out of order: ${order}`)
  if (writer.queued > 0 || writer.transaction !== undefined) found.push('the writer is not idle')
  return found
}

/** Counts that differ from what the clients were told. */
export function judgeCounts({ calls, writer }: PlanRun): string[] {
  const count = (kind: string) =>
    calls.filter(({ command, outcome }) => command.kind === kind && outcome === 'acknowledged').length
  const { committed, transactionsCommitted } = writer.counts
  const found: string[] = []
  if (committed !== count('write')) found.push(`${count('write')} writes were acknowledged, ${committed} counted`)
  if (transactionsCommitted !== count('transaction'))
    found.push(`${count('transaction')} transactions were acknowledged, ${transactionsCommitted} counted`)
  return found
}

function mustFail({ command }: Call): boolean {
  return command.kind === 'write' && command.job !== 'succeeds' && command.job !== 'reads'
}

/** Whether a call was rejected for its own reasons or the database's, never for those of a call that shared its batch. */
function isItsOwn({ command, error }: Call): boolean {
  if (error instanceof StoreBusyError || error instanceof CommitUnknownError || error instanceof StorageFullError)
    return true
  if (error instanceof StorageFailedError && error.message.includes('SQLITE_IOERR_LOCK')) return true
  const kinds =
    command.kind === 'write'
      ? [command.job]
      : command.steps.flatMap((step) => (typeof step === 'string' ? [step] : step.savepoint))
  if (error instanceof Refusal) return kinds.some((kind) => kind.endsWith('refuses'))
  if (error instanceof Database.SqliteError)
    return kinds.some((kind) => kind.endsWith('violates') || kind === 'rolls everything back')
  // A savepoint in a transaction that SQLite rolled back by itself.
  return command.kind === 'transaction' && kinds.includes('rolls everything back')
}
