import { ArrayNode } from './array-node.ts'
import { type Node, Scalar } from './node.ts'
import { ObjectNode } from './object-node.ts'
import * as scan from './scan.ts'
import { isTagAt } from './tagged.ts'

/** The value that starts at `start` of a plain text, in so many (`level`) arrays and objects. */
export function nodeAt(source: string, start: number, level: number): Node {
  const first = source.charCodeAt(start)
  if (first === scan.OPEN_OBJECT) return new ObjectNode(source, start, level, nodeAt)
  if (first === scan.OPEN_ARRAY) return new ArrayNode(source, start, level, nodeAt)
  return new Scalar(source, start, level)
}

/** The same in a text with tags. What a tag holds is no part of the document: nothing leads into it. */
export function taggedNodeAt(source: string, start: number, level: number): Node {
  const first = source.charCodeAt(start)
  if (first === scan.OPEN_ARRAY) return new ArrayNode(source, start, level, taggedNodeAt)
  if (first !== scan.OPEN_OBJECT) return new Scalar(source, start, level)
  if (isTagAt(source, start)) return new Scalar(source, start, level)
  return new ObjectNode(source, start, level, taggedNodeAt)
}
