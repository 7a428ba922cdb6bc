import { InvalidInputError } from '@descartes/store'
import { describe } from '../describe.ts'
import { isArray } from '../is-array.ts'
import type { Change } from './apply-patch.ts'
import { ArrayNode } from './array-node.ts'
import { Document } from './document.ts'
import { parsePointer } from './pointer.ts'
import { encodeValue } from './tagged.ts'

/** The change that puts items at the end of the array at `pointer`; nothing else of the document is parsed. */
export function compileAppend(pointer: unknown, items: unknown, maxBytes: number): Change {
  const at = parsePointer(pointer, 'pointer')
  if (!isArray(items, 'items')) throw new InvalidInputError('items', 'an array', describe(items))
  const encoded = encodeValue(items, 'items', maxBytes)
  return (text) => {
    const document = new Document(text, encoded.hasTags)
    const array = document.require(at)
    if (!(array instanceof ArrayNode))
      throw new InvalidInputError('pointer', 'a pointer to an array', `one to something else: ${describe(at.text)}`)
    for (const item of (document.nodeOf(encoded) as ArrayNode).items()) array.append(item)
    return document.text('items', maxBytes)
  }
}
