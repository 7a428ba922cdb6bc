import { InvalidInputError } from '@descartes/store'
import { describe } from '../describe.ts'
import { Document, textOf } from './document.ts'
import { isSame } from './equal.ts'
import type { Node } from './node.ts'
import { type CheckedOperation, parseOperations } from './operations.ts'
import { parseText } from './scan.ts'
import { type Encoded, encodeValue } from './tagged.ts'

/** What a call changes in a document's text. It can be run again, and gives the same. */
export type Change = (text: string) => string

interface Step extends CheckedOperation {
  readonly encoded: Encoded | undefined
}

/**
 * The change that a JSON Patch (RFC 6902) describes. What the patch does not touch is copied, never parsed. The patch is
 * checked and its values are read at once; later it is refused as a whole, with `InvalidInputError`, if the document
 * does not have what an operation needs. Its path begins with `patch/<index of the operation>`.
 */
export function compilePatch(patch: unknown, maxBytes: number): Change {
  const steps: Step[] = parseOperations(patch).map((operation) => ({
    ...operation,
    encoded: takesValue(operation) ? encodeValue(operation.value, `${operation.field}/value`, maxBytes) : undefined,
  }))
  const forTags = steps.some(({ encoded }) => encoded?.hasTags)
  return (text) => {
    const document = new Document(text, forTags)
    document.visit(steps.map(({ from }) => from))
    run(steps, document, maxBytes)
    return document.text('patch', maxBytes)
  }
}

function takesValue({ op }: CheckedOperation): boolean {
  return op === 'add' || op === 'replace' || op === 'test'
}

function run(steps: readonly Step[], document: Document, maxBytes: number): void {
  let copied = 0
  for (const step of steps) {
    const { op, field, path, from, encoded } = step
    if (op === 'remove') document.remove(path)
    else if (op === 'move') move(document, step)
    else if (op === 'copy') {
      const text = textOf(document.require(from), field, maxBytes)
      copied += text.length
      // Copies of copies grow beyond all bounds.
      if (copied > maxBytes)
        throw new InvalidInputError(field, `at most ${maxBytes} bytes to copy in one patch`, 'more')
      document.add(path, document.copyOf(text))
    } else {
      const value = document.nodeOf(encoded as Encoded)
      if (op === 'add') document.add(path, value)
      else if (op === 'replace') document.replace(path, value)
      else test(document, step, value)
    }
  }
}

function test(document: Document, { field, path, value }: Step, wanted: Node): void {
  const [found, expected] = [document.require(path), wanted].map((node) =>
    textOf(node, field, Number.POSITIVE_INFINITY),
  ) as [string, string]
  if (found === expected || isSame(parseText(found), parseText(expected))) return
  throw new InvalidInputError(`${field}/value`, `the value that is at ${describe(path.text)}`, describe(value))
}

function move(document: Document, { field, path, from }: Step): void {
  if (path.text.startsWith(`${from.text}/`))
    throw new InvalidInputError(`${field}/path`, 'a path outside of what is moved', describe(path.text))
  document.require(from)
  if (path.text !== from.text) document.add(path, document.remove(from))
}
