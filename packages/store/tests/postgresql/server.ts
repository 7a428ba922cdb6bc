import { startHolder } from './holder.ts'

/** A PostgreSQL server that a test has started. */
export interface PostgresqlServer {
  /** Where a database of that name is, for the superuser. */
  url(database: string): string
  /** Stops the server by the book (sessions are ended, transactions rolled back), and starts it again. */
  restart(): Promise<void>
  /** Stops the server as a power loss does, and starts it again. */
  crash(): Promise<void>
  /** Stops the server and removes all that it has written. */
  stop(): Promise<void>
}

/**
 * Starts a server in a temporary folder, on a free port. Whatever ends this process ends the server, too. Settings are
 * PostgreSQL's own, which are durable, but for those that are given: `['max_connections=50']`.
 */
export async function startPostgresql(settings: readonly string[] = []): Promise<PostgresqlServer> {
  const { said, tell, stop } = await startHolder<{ port: number }>('server-process.mjs', settings)
  return {
    url: (database) => `postgresql://postgres:postgres@127.0.0.1:${said.port}/${database}`,
    restart: () => tell('restart'),
    crash: () => tell('crash'),
    stop,
  }
}
