import { isRecord, isSame } from './equal.ts'
import type { JsonPatchOperation } from './operations.ts'
import { escapeKey } from './pointer.ts'

/**
 * The JSON Patch (RFC 6902) that turns one value into the other. It goes into plain objects and arrays; other values
 * are replaced. Of an array, what is equal at its front and at its end stays; what is between is compared in pairs.
 */
export function diff(before: unknown, after: unknown): JsonPatchOperation[] {
  const operations: JsonPatchOperation[] = []
  compare(before, after, '', operations)
  return operations
}

function compare(before: unknown, after: unknown, path: string, operations: JsonPatchOperation[]): void {
  if (isRecord(before) && isRecord(after)) compareMembers(before, after, path, operations)
  else if (Array.isArray(before) && Array.isArray(after)) compareItems(before, after, path, operations)
  else if (!isSame(before, after)) operations.push({ op: 'replace', path, value: after })
}

function compareMembers(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  path: string,
  operations: JsonPatchOperation[],
): void {
  for (const key of Object.keys(before)) {
    const at = `${path}/${escapeKey(key)}`
    if (Object.hasOwn(after, key)) compare(before[key], after[key], at, operations)
    else operations.push({ op: 'remove', path: at })
  }
  for (const key of Object.keys(after))
    if (!Object.hasOwn(before, key))
      operations.push({ op: 'add', path: `${path}/${escapeKey(key)}`, value: after[key] })
}

function compareItems(
  before: readonly unknown[],
  after: readonly unknown[],
  path: string,
  operations: JsonPatchOperation[],
): void {
  const shorter = Math.min(before.length, after.length)
  let front = 0
  while (front < shorter && isSame(before[front], after[front])) front++
  let end = 0
  while (end < shorter - front && isSame(before.at(-1 - end), after.at(-1 - end))) end++
  const pairs = shorter - end
  for (let i = front; i < pairs; i++) compare(before[i], after[i], `${path}/${i}`, operations)
  for (let i = before.length - end - 1; i >= pairs; i--) operations.push({ op: 'remove', path: `${path}/${i}` })
  for (let i = pairs; i < after.length - end; i++) operations.push({ op: 'add', path: `${path}/${i}`, value: after[i] })
}
