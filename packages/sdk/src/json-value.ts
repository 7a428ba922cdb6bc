/** What JSON can hold: what goes in comes back equal. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

/**
 * What can be given as JSON. It is wider than `JsonValue`, so that values of an interface type fit, and readonly ones; what
 * JSON would change is refused when the call is made, with the path to it.
 */
export type JsonInput = string | number | boolean | null | object

/** What a state or metadata comes back as: JSON, and the built-in values that it lacks. What goes in comes back equal. */
export type StateValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | Date
  | RegExp
  | URL
  | ArrayBuffer
  | ArrayBufferView
  | Map<StateValue, StateValue>
  | Set<StateValue>
  | StateValue[]
  | { [key: string]: StateValue }

/**
 * What can be given as a state or metadata. It is wider than `StateValue`, so that values of an interface type fit, and
 * readonly ones; what would not come back equal is refused when the call is made, with the path to it.
 */
export type StateInput = JsonInput | bigint
