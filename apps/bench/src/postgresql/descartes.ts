import { openStateStore } from '@descartes/sdk'
import { operationsOf } from '../subjects/descartes.ts'
import { keepInFlight } from '../subjects/subject.ts'
import { openReader } from './reader.ts'
import { POOL_SIZE, type PostgresqlSubject } from './subject.ts'

/** Our store, as callers use it. */
export async function openDescartes(url: string): Promise<PostgresqlSubject> {
  const store = await openStateStore({ url, maxConnections: POOL_SIZE })
  const { rows, stored, close } = await openReader(url)
  return {
    name: 'descartes',
    operations: operationsOf(store),
    run: (_mode, operation, inputs, inFlight) => keepInFlight(operation, inputs, inFlight),
    stored,
    rows,
    async close() {
      await close()
      await store.close()
    },
  }
}
