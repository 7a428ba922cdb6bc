import { Client } from 'pg'
import { afterAll, beforeAll, onTestFinished } from 'vitest'

/** A connection of the running test's own, closed when it has finished. */
export async function connect(url: string): Promise<Client> {
  const client = new Client(url)
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

/** A connection of the test file that calls this at its top, or of one `describe`; gives it within tests. */
export function connectionOfFile(url: () => string): () => Client {
  let client: Client | undefined
  beforeAll(async () => {
    client = new Client(url())
    await client.connect()
  })
  afterAll(() => client?.end())
  return () => client as Client
}

/** The first column of every row. */
export async function valuesOf(client: Client, sql: string, params: unknown[] = []): Promise<unknown[]> {
  const { rows } = await client.query({ text: sql, values: params, rowMode: 'array' })
  return rows.map(([value]) => value)
}
