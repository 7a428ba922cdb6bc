import { encodeJson } from '../codec.ts'
import { Document } from './document.ts'
import { type Node, Scalar } from './node.ts'
import { ObjectNode } from './object-node.ts'
import { nodeAt } from './tree.ts'

/**
 * A JSON Merge Patch (RFC 7386): an object whose members go in the place of the document's, member by member; null
 * removes one. Arrays are replaced whole.
 */
export type MergePatch = object | string | number | boolean | null

/** The text of a document after a merge patch. */
export function applyMergePatch(text: string, patch: unknown, maxBytes: number): string {
  const document = new Document(text)
  document.root = merge(document.root, nodeAt(encodeJson(patch, 'patch', maxBytes), 0, 0))
  return document.text('patch', maxBytes)
}

function merge(target: Node | undefined, patch: Node): Node {
  if (!(patch instanceof ObjectNode)) return patch
  const object = target instanceof ObjectNode ? target : new ObjectNode('{}', 0, patch.level, nodeAt)
  for (const key of patch.keys()) {
    const value = patch.get(key) as Node
    if (isNull(value)) object.remove(key)
    else object.set(key, merge(object.get(key), value))
  }
  return object
}

function isNull(node: Node): boolean {
  return node instanceof Scalar && node.source.startsWith('null', node.start)
}
