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

export const DEFAULT_LIMITS: Readonly<Limits> = {
  stateBytes: 16 * 1024 * 1024,
  metadataBytes: 1024 * 1024,
  contentBytes: 1024 * 1024,
  pageSize: 1_000,
  eventsPerCall: 10_000,
}
