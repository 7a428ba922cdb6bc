import { createRequire } from 'node:module'
import type { ClientBase, QueryConfig, QueryResult, Submittable } from 'pg'
import type { Wire } from './pipeline.ts'
import { SET_NAMESPACE } from './statements.ts'

const require = createRequire(import.meta.url)

/** What the driver calls on a query of its own. */
interface DriverQuery {
  submit(wire: Wire): Error | null
  handleDataRow(message: unknown): void
  handleCommandComplete(message: unknown, wire: Wire): void
}

type Done = (error: Error | undefined, result: QueryResult) => void
type DriverQueryClass = new (
  config: QueryConfig & { queryMode: 'extended' },
  values: undefined,
  done: Done,
) => DriverQuery

/** Runs a query of the driver's that sees the rows of one namespace alone, in one round trip: it is set before, and both
 * come before one Sync. What is given back for the setting is passed by. */
export function queryWithin(client: ClientBase, namespace: string, config: QueryConfig): Promise<QueryResult> {
  const { Query } = require('pg') as { Query: DriverQueryClass }
  return new Promise((resolve, reject) => {
    const done: Done = (error, result) => (error ? reject(error) : resolve(result))
    const query = new Query({ ...config, queryMode: 'extended' }, undefined, done)
    const { submit, handleDataRow, handleCommandComplete } = query
    let isSet = false
    const namespaced: DriverQuery = Object.assign(query, {
      submit(wire: Wire) {
        wire.parse({ name: '', text: SET_NAMESPACE.text })
        wire.bind({ statement: '', values: [namespace] })
        wire.execute({})
        return submit.call(query, wire)
      },
      handleDataRow(message: unknown) {
        if (isSet) handleDataRow.call(query, message)
      },
      handleCommandComplete(message: unknown, wire: Wire) {
        if (isSet) handleCommandComplete.call(query, message, wire)
        isSet = true
      },
    })
    client.query(namespaced as unknown as Submittable)
  })
}
