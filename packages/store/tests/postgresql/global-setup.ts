import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'
import { POSTGRESQL_MIGRATIONS } from '../../src/migrations/postgresql.ts'
import { migratePostgresql } from '../../src/postgresql/migrate.ts'
import { TEMPLATE } from './database.ts'
import { execute, withConnection } from './execute.ts'
import { type PostgresqlServer, startPostgresql } from './server.ts'

/**
 * One server for the whole test run. It is started when the first test asks for it, through a port that only tells the
 * url, so that a run that needs none is as fast as ever.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const root = project.vitest.getRootProject()
  // Each project of the run calls this; the first one's server is everybody's.
  if (root.getProvidedContext().postgresqlPort !== undefined) return undefined
  let server: Promise<PostgresqlServer> | undefined
  const door = net.createServer((socket) => {
    server ??= startWithTemplate()
    server.then(
      ({ url }) => socket.end(JSON.stringify({ url: url('postgres') })),
      (error: Error) => socket.end(JSON.stringify({ error: error.message })),
    )
  })
  await once(door.listen(0, '127.0.0.1'), 'listening')
  root.provide('postgresqlPort', (door.address() as AddressInfo).port)
  return async () => {
    door.close()
    await (await server?.catch(() => undefined))?.stop()
  }
}

async function startWithTemplate(): Promise<PostgresqlServer> {
  const server = await startPostgresql()
  try {
    await execute(server.url('postgres'), `CREATE DATABASE ${TEMPLATE}`)
    const url = server.url(TEMPLATE)
    await withConnection(url, (client) => migratePostgresql(client, POSTGRESQL_MIGRATIONS, url))
    return server
  } catch (error) {
    await server.stop()
    throw error
  }
}

declare module 'vitest' {
  export interface ProvidedContext {
    postgresqlPort: number
  }
}
