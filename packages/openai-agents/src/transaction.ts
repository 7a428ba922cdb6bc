import { createHash } from 'node:crypto'
import type { AgentInputItem, SessionHistoryTransaction } from '@openai/agents'
import { protocol } from '@openai/agents'
import { canonical } from './canonical.ts'
import { OperationReusedError, SuffixMismatchError } from './errors.ts'
import type { History } from './history.ts'
import { invalid, readArgument } from './invalid.ts'

/** A transaction as it was when it was given, checked. */
export interface Operation {
  operationId: string
  transaction: SessionHistoryTransaction
  /** Tells it from every other transaction. */
  digest: string
}

/** What each type of transaction is made of, besides its type: lists of items. */
const LISTS = { append_items: ['items'], replace_suffix: ['expectedSuffix', 'replacement'] } as const

/** Checks the arguments, and takes a copy of them, so that they cannot change while others are waited for. */
export function readOperation(args: unknown): Operation {
  return readArgument('args', args, () => {
    if (!isObject(args)) throw invalid('args', 'an object with operationId and transaction', args)
    const { operationId, transaction } = args
    if (typeof operationId !== 'string' || operationId.trim() === '' || !operationId.isWellFormed())
      throw invalid('operationId', 'a string that is not blank, of well-formed Unicode', operationId)
    if (!isObject(transaction)) throw invalid('transaction', 'an object', transaction)
    const text = canonical(transaction, 'transaction')
    const copy = structuredClone(transaction)
    requireFields(copy)
    return { operationId, transaction: copy, digest: createHash('sha256').update(text).digest('base64url') }
  })
}

/** The history after an operation; undefined when it was applied before. */
export function applyOperation(sessionId: string, history: History, operation: Operation): History | undefined {
  const { operationId, transaction, digest } = operation
  const { items, operations = {} } = history
  if (Object.hasOwn(operations, operationId)) {
    if (operations[operationId] !== digest) throw new OperationReusedError(sessionId, operationId)
    return undefined
  }
  return {
    items: applyTransaction(sessionId, items, transaction),
    operations: { ...operations, [operationId]: digest },
  }
}

function applyTransaction(
  sessionId: string,
  items: AgentInputItem[],
  transaction: SessionHistoryTransaction,
): AgentInputItem[] {
  if (transaction.type === 'append_items') return [...items, ...transaction.items]
  const { expectedSuffix, replacement } = transaction
  const start = items.length - expectedSuffix.length
  if (start < 0 || !areEqual(items.slice(start), expectedSuffix))
    throw new SuffixMismatchError(sessionId, expectedSuffix.length, items.length)
  return [...items.slice(0, start), ...replacement]
}

function areEqual(stored: AgentInputItem[], expected: AgentInputItem[]): boolean {
  try {
    return canonical(stored, 'items') === canonical(expected, 'items')
  } catch {
    // A stored item that no transaction could name, such as one with a Date, is not the expected one.
    return false
  }
}

function requireFields(transaction: object): asserts transaction is SessionHistoryTransaction {
  const { type, ...rest } = transaction as Record<string, unknown>
  if (typeof type !== 'string' || !Object.hasOwn(LISTS, type))
    throw invalid('transaction/type', 'append_items or replace_suffix', type)
  const lists: readonly string[] = LISTS[type as keyof typeof LISTS]
  const unknown = Object.keys(rest).find((key) => !lists.includes(key))
  if (unknown !== undefined) throw invalid(`transaction/${unknown}`, `no such field of ${type}`, rest[unknown])
  for (const list of lists) requireItems(rest[list], `transaction/${list}`)
}

function requireItems(items: unknown, path: string): void {
  if (!Array.isArray(items)) throw invalid(path, 'an array of items', items)
  for (const [i, item] of items.entries()) {
    const { error } = protocol.ModelItem.safeParse(item)
    if (error !== undefined) throw invalid(`${path}/${i}`, 'an item of the SDK', item, error)
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
