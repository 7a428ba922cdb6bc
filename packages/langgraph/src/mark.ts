/*
 * A store keeps plain values, Dates, BigInts, Maps, Sets, bytes and the like as they are. What stands in a value beside
 * these, an instance of a class, becomes an object of this one key: how it is kept, and what of it.
 */
export const MARK = '$serde'

/** Kept by the serializer, as JSON: messages and other objects of LangChain, errors. */
export const JSON_TYPE = 'json'
/** A value of a delta channel, whole; what is in it is kept like any other value. */
export const SNAPSHOT = 'delta_snapshot'
/** An object of the caller's that has the key of the mark itself. */
export const OWN = 'object'

export type Kept = [type: string, kept: unknown]

export interface Marked {
  [MARK]: Kept
}
