import { constants, inflateRawSync } from 'node:zlib'

/**
 * Reads a chain as the description of the format says it, row by row and text by text, and checks nothing. What the
 * store reads at once must be the same.
 */
export function readPlainly(chain: readonly Buffer[]): Buffer {
  let text: Buffer = Buffer.alloc(0)
  for (const data of chain) {
    const row = new Numbers(data)
    const tag = row.next()
    const rest = data.subarray(row.at)
    const content = tag % 2 === 1 ? inflate(rest) : rest
    text = Math.floor(tag / 2) % 2 === 1 ? apply(content, text) : content
  }
  return text
}

/** Any tool that inflates can do this. */
function inflate(fragment: Buffer): Buffer {
  const flushed = Buffer.concat([fragment, Buffer.from([0, 0, 0xff, 0xff])])
  return inflateRawSync(flushed, { finishFlush: constants.Z_SYNC_FLUSH })
}

function apply(content: Buffer, before: Buffer): Buffer {
  const numbers = new Numbers(content)
  const length = numbers.next()
  const parts: Buffer[] = []
  let made = 0
  let end = 0
  while (made < length && numbers.at < content.length) {
    const insert = numbers.next()
    parts.push(content.subarray(numbers.at, numbers.at + insert))
    numbers.at += insert
    made += insert
    if (made >= length) break
    const copy = numbers.next()
    const distance = numbers.next()
    const from = end + (distance % 2 === 0 ? distance / 2 : -(distance + 1) / 2)
    parts.push(before.subarray(from, from + copy))
    end = from + copy
    made += copy
  }
  return Buffer.concat(parts)
}

class Numbers {
  at = 0
  constructor(readonly bytes: Buffer) {}

  next(): number {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes[this.at++] ?? 0
      value += (byte % 128) * scale
      if (byte < 128) return value
    }
  }
}
