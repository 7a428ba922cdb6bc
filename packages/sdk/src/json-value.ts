/** What JSON can hold: what goes in comes back equal. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

/**
 * What can be given as JSON. It is wider than `JsonValue`, so that values of an interface type fit, and readonly ones; what
 * JSON would change is refused when the call is made, with the path to it.
 */
export type JsonInput = string | number | boolean | null | object
