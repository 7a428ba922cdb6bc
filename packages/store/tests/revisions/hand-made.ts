import { packRow } from '../../src/revisions/row-data.ts'
import { writeVarint } from '../../src/revisions/varint.ts'

/** A keyframe that is not compressed. */
export function keyframeOf(text: Buffer): Buffer {
  return packRow('keyframe', text.length, false, (target, at) => void text.copy(target, at))
}

/** A delta of these numbers, and of bytes that are inserted. */
export function deltaOf(...parts: (number | Buffer)[]): Buffer {
  const content = Buffer.concat(
    parts.map((part) => {
      if (typeof part !== 'number') return part
      const bytes = Buffer.alloc(8)
      return bytes.subarray(0, writeVarint(bytes, 0, part))
    }),
  )
  return packRow('delta', content.length, false, (target, at) => void content.copy(target, at))
}
