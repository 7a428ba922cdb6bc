/** Below this many bytes a loop is faster than a native compare. */
const LOOP = 96

/** How many bytes are the same in `a` from `i` on and in `b` from `j` on; at most `limit`. */
export function sameBytesAfter(a: Buffer, i: number, b: Buffer, j: number, limit: number): number {
  let same = 0
  let step = Math.min(LOOP, limit)
  while (same < step && a[i + same] === b[j + same]) same++
  if (same < step || same === limit) return same
  // Native compares, ever larger while all is the same, then of halves until the first difference is near.
  step *= 2
  let equal = true
  while (same < limit && (equal || step > LOOP)) {
    step = equal ? Math.min(step * 2, limit - same) : step >> 1
    const from = j + same
    if (a.compare(b, from, from + step, i + same, i + same + step) === 0) same += step
    else equal = false
  }
  while (same < limit && a[i + same] === b[j + same]) same++
  return same
}

/** How many bytes are the same in `a` before `i` and in `b` before `j`; at most `limit`. */
export function sameBytesBefore(a: Buffer, i: number, b: Buffer, j: number, limit: number): number {
  let same = 0
  let step = Math.min(LOOP, limit)
  while (same < step && a[i - 1 - same] === b[j - 1 - same]) same++
  if (same < step || same === limit) return same
  step *= 2
  let equal = true
  while (same < limit && (equal || step > LOOP)) {
    step = equal ? Math.min(step * 2, limit - same) : step >> 1
    const to = j - same
    if (a.compare(b, to - step, to, i - same - step, i - same) === 0) same += step
    else equal = false
  }
  while (same < limit && a[i - 1 - same] === b[j - 1 - same]) same++
  return same
}
