import { InvalidInputError } from '@descartes/store'
import { encodeJson } from '../codec.ts'
import { describe } from '../describe.ts'
import { Document, textOf } from './document.ts'
import { isSame } from './equal.ts'
import { type CheckedOperation, parseOperations } from './operations.ts'
import { nodeAt } from './tree.ts'

/**
 * The text of a document after a JSON Patch (RFC 6902). What the patch does not touch is not parsed, but copied.
 * Refuses the whole patch with `InvalidInputError`, its path beginning with `patch/<index>`.
 */
export function applyPatch(text: string, patch: unknown, maxBytes: number): string {
  const operations = parseOperations(patch)
  const document = new Document(text)
  let copied = 0
  for (const operation of operations) {
    const { op, field, path, from } = operation
    const value = encode(operation, maxBytes)
    if (op === 'add') document.add(path, nodeAt(value, 0, 0))
    else if (op === 'replace') document.replace(path, nodeAt(value, 0, 0))
    else if (op === 'remove') document.remove(path)
    else if (op === 'test') test(document, operation, value)
    else if (op === 'move') move(document, operation)
    else {
      const copy = textOf(document.require(from), field, maxBytes)
      copied += copy.length
      // The copies of copies grow without bounds.
      if (copied > maxBytes)
        throw new InvalidInputError(field, `at most ${maxBytes} bytes to be copied by one patch`, 'more')
      document.add(path, nodeAt(copy, 0, 0))
    }
  }
  return document.text('patch', maxBytes)
}

function encode({ op, field, value }: CheckedOperation, maxBytes: number): string {
  return op === 'add' || op === 'replace' || op === 'test' ? encodeJson(value, `${field}/value`, maxBytes) : ''
}

function test(document: Document, { field, path, value: expected }: CheckedOperation, value: string): void {
  const found = textOf(document.require(path), field, Number.POSITIVE_INFINITY)
  if (found === value || isSame(JSON.parse(found), JSON.parse(value))) return
  throw new InvalidInputError(`${field}/value`, `the value that is at ${describe(path.text)}`, describe(expected))
}

function move(document: Document, { field, path, from }: CheckedOperation): void {
  const isInside = path.text.startsWith(`${from.text}/`)
  if (isInside) throw new InvalidInputError(`${field}/path`, 'a path outside of what is moved', describe(path.text))
  document.require(from)
  if (path.text !== from.text) document.add(path, document.remove(from))
}
