/** What JSON can hold: what goes in comes back equal. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }
