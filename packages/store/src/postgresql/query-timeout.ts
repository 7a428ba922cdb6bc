import type { ClientBase } from 'pg'

/** What setTimeout takes. */
export const FOREVER_MS = 2 ** 31 - 1

/** Where the driver keeps for how many milliseconds the server may leave a query without an answer; its types lack it. */
export function timeoutsOf(client: ClientBase): { query_timeout: number } {
  return (client as unknown as { connectionParameters: { query_timeout: number } }).connectionParameters
}
