import { Client, type QueryResult } from 'pg'

/** Lends a connection for as long as the work takes. */
export async function withConnection<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(url)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Runs one statement on a connection of its own. */
export function execute(url: string, sql: string): Promise<QueryResult> {
  return withConnection(url, (client) => client.query(sql))
}
