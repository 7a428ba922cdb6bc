/** 0 or 1 for a plain object, 2 for an array, a Map or a Set that is of no class of its own, of whichever realm. */
export function countPrototypes(value: object): number {
  let count = 0
  for (let next = Object.getPrototypeOf(value); next !== null; next = Object.getPrototypeOf(next)) count++
  return count
}

/** An object literal, of whichever realm, or one without a prototype. */
export function isPlain(value: object): boolean {
  return countPrototypes(value) < 2
}
