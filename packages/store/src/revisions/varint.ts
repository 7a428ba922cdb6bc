/** Bytes that a number takes as a varint: seven bits to a byte, the lowest first. */
export function varintLength(value: number): number {
  let length = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length++
  return length
}

/** Writes a non-negative integer; returns the position behind it. */
export function writeVarint(target: Uint8Array, at: number, value: number): number {
  let rest = value
  let next = at
  while (rest >= 128) {
    target[next++] = (rest % 128) + 128
    rest = Math.floor(rest / 128)
  }
  target[next++] = rest
  return next
}

/** Maps integers to non-negative ones, small to small: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4. */
export function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value
}

/** The inverse of `zigzag`. */
export function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}
