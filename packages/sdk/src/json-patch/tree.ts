import { ArrayNode } from './array-node.ts'
import { type Node, Scalar } from './node.ts'
import { ObjectNode } from './object-node.ts'
import * as scan from './scan.ts'

/** The value that starts at `start` of a text, in so many (`level`) arrays and objects. */
export function nodeAt(source: string, start: number, level: number): Node {
  const first = source.charCodeAt(start)
  if (first === scan.OPEN_OBJECT) return new ObjectNode(source, start, level, nodeAt)
  if (first === scan.OPEN_ARRAY) return new ArrayNode(source, start, level, nodeAt)
  return new Scalar(source, start, level)
}
