import { POSTGRESQL_MIGRATIONS } from '../migrations/postgresql.ts'
import { cannotOpen } from './driver-errors.ts'
import { parseHosts } from './hosts.ts'
import { migratePostgresql } from './migrate.ts'
import { openPool, type PoolOptions, withPatientClient } from './pool.ts'
import { PostgresqlEngine } from './postgresql-engine.ts'
import { Replicas } from './replicas.ts'

/** Opens a PostgreSQL database, which must be there, and brings it to the current schema. */
export async function openPostgresql(url: string, options: PoolOptions): Promise<PostgresqlEngine> {
  const { address, urls } = parseHosts(url)
  const pool = openPool(url, options)
  try {
    const hasWall = await withPatientClient(pool, async (client) => {
      await migratePostgresql(client, POSTGRESQL_MIGRATIONS, address)
      const { rows } = await client.query(`SELECT row_security_active('agent_states') AS "hasWall"`)
      return rows[0].hasWall as boolean
    })
    const replicas = urls.length > 1 ? new Replicas(openPool(url, options, 'replica')) : undefined
    return new PostgresqlEngine(pool, replicas, options, hasWall, address)
  } catch (error) {
    await pool.end()
    throw cannotOpen(address, error)
  }
}
