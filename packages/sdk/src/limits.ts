/** How much one call may carry. */
export interface Limits {
  /** Bytes of one agent's state, or of one item's value, as JSON. Default 16 MiB. */
  stateBytes: number
  /** Bytes of one metadata value as JSON. Default 1 MiB. */
  metadataBytes: number
  /** Bytes of one event's content, or of one item's text. Default 1 MiB. */
  contentBytes: number
  /** Items of one page. Default 1,000. */
  pageSize: number
  /** Events of one `saveEvents`. Default 10,000. */
  eventsPerCall: number
}

/** The limits that no option changes. */
export const FIXED_LIMITS = Object.freeze({
  /** Bytes of an id, or of another word that is a key: status, event type, actor. */
  idBytes: 512,
  /** Bytes of an item's path, as JSON. */
  pathBytes: 1024,
  /** Bytes of a search's query. */
  queryBytes: 1024,
  /** Words of a search's query. */
  queryWords: 32,
  /** Items of one `saveItems` or `refreshItems`. */
  itemsPerCall: 1_000,
} as const)

export const DEFAULT_LIMITS: Readonly<Limits> = {
  stateBytes: 16 * 1024 * 1024,
  metadataBytes: 1024 * 1024,
  contentBytes: 1024 * 1024,
  pageSize: 1_000,
  eventsPerCall: 10_000,
}
