import { InvalidInputError } from '@descartes/store'
import { encodeJson } from '../codec.ts'
import { describe } from '../describe.ts'
import { ArrayNode } from './array-node.ts'
import { Document } from './document.ts'
import { parsePointer } from './pointer.ts'
import { nodeAt } from './tree.ts'

/** The text of a document with more items at the end of the array at `pointer`; nothing else of it is parsed. */
export function appendTo(text: string, pointer: unknown, items: unknown, maxBytes: number): string {
  const at = parsePointer(pointer, 'pointer')
  if (!Array.isArray(items)) throw new InvalidInputError('items', 'an array', describe(items))
  const document = new Document(text)
  const array = document.require(at)
  if (!(array instanceof ArrayNode))
    throw new InvalidInputError('pointer', 'a pointer to an array', `one to something else: ${describe(at.text)}`)
  const given = nodeAt(encodeJson(items, 'items', maxBytes), 0, 0) as ArrayNode
  for (const item of given.items()) array.append(item)
  return document.text('items', maxBytes)
}
