import { isTagged } from '../codec.ts'
import { Document, textOf } from './document.ts'
import type { Pointer } from './pointer.ts'
import { withTags } from './tagged.ts'

/**
 * The text of the value at a pointer, undefined if there is none. Equal values have equal texts, whether other parts of
 * their documents have tags or not, unless their keys come in another order.
 */
export function valueAt(text: string, pointer: Pointer): string | undefined {
  const node = new Document(text).find(pointer)
  return node && withTags({ text: textOf(node, pointer.field, Number.POSITIVE_INFINITY), hasTags: isTagged(text) })
}
