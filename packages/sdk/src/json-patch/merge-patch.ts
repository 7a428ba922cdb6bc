import { InvalidInputError } from '@descartes/store'
import type { StateInput } from '../json-value.ts'
import type { Change } from './apply-patch.ts'
import { Document, isUndefined } from './document.ts'
import type { Node } from './node.ts'
import { ObjectNode } from './object-node.ts'
import { escapeKey } from './pointer.ts'
import { encodeValue } from './tagged.ts'

/**
 * A JSON Merge Patch (RFC 7386): an object whose members go in the place of the document's, level by level; null
 * removes one. Arrays are replaced as a whole.
 */
export type MergePatch = StateInput

/** The change that a merge patch describes. */
export function compileMergePatch(patch: unknown, maxBytes: number): Change {
  const encoded = encodeValue(patch, 'patch', maxBytes)
  return (text) => {
    const document = new Document(text, encoded.hasTags)
    document.root = merge(document, document.root, document.nodeOf(encoded), 'patch')
    return document.text('patch', maxBytes)
  }
}

function merge(document: Document, target: Node | undefined, patch: Node, field: string): Node {
  // It could be meant as null, or as nothing.
  if (isUndefined(patch)) throw new InvalidInputError(field, 'a value, or null to remove the member', 'undefined')
  if (!(patch instanceof ObjectNode)) return patch
  const object = target instanceof ObjectNode ? target : (document.copyOf('{}') as ObjectNode)
  for (const key of patch.keys()) {
    const value = patch.get(key) as Node
    if (isNull(value)) object.remove(key)
    else object.set(key, merge(document, object.get(key), value, `${field}/${escapeKey(document.userKeyOf(key))}`))
  }
  return object
}

function isNull(node: Node): boolean {
  return node.source.startsWith('null', node.start)
}
