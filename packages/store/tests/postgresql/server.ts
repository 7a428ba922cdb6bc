import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import readline from 'node:readline'

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
  // A group of its own: Ctrl+C in the terminal is for the test run, which stops the server in its own time.
  const holder = spawn(process.execPath, [path.join(import.meta.dirname, 'server-process.mjs'), ...settings], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  const answers = readline.createInterface({ input: holder.stdout })[Symbol.asyncIterator]()
  const answer = async (): Promise<{ port?: number }> => {
    const { value } = await answers.next()
    const message = value === undefined ? { error: 'it ended without a word' } : JSON.parse(value)
    if (message.error !== undefined) throw new Error(`PostgreSQL for tests: ${message.error}`)
    return message
  }
  const tell = async (command: string) => {
    holder.stdin.write(`${command}\n`)
    await answer()
  }
  const { port } = await answer()
  return {
    url: (database) => `postgresql://postgres:postgres@127.0.0.1:${port}/${database}`,
    restart: () => tell('restart'),
    crash: () => tell('crash'),
    stop: () => stop(holder),
  }
}

async function stop(holder: ChildProcess): Promise<void> {
  if (holder.exitCode !== null || holder.signalCode !== null) return
  const exited = once(holder, 'exit')
  holder.stdin?.end()
  await exited
}
