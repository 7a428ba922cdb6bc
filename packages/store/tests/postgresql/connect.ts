import { Client } from 'pg'
import { onTestFinished } from 'vitest'

/** A connection of the running test's own, closed when it has finished. */
export async function connect(url: string): Promise<Client> {
  const client = new Client(url)
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

/** The first column of every row. */
export async function valuesOf(client: Client, sql: string, params: unknown[] = []): Promise<unknown[]> {
  const { rows } = await client.query({ text: sql, values: params, rowMode: 'array' })
  return rows.map(([value]) => value)
}
