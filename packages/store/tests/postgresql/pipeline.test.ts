import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Pipeline, type Sender } from '../../src/postgresql/pipeline.ts'
import { timeoutsOf } from '../../src/postgresql/query-timeout.ts'
import { named } from '../../src/postgresql/statements.ts'
import { connect } from './connect.ts'
import { databaseOfFile } from './database.ts'

const url = databaseOfFile()

const SLEEP = named('SELECT pg_sleep($1)')
const ONE = named('SELECT 1 AS one')
const sender: Sender = { index: 0, namespace: undefined }

/** A connection whose server may say nothing for so long. */
async function connectFor(silenceMs: number) {
  const client = await connect(url())
  timeoutsOf(client).query_timeout = silenceMs
  return client
}

describe('a pipeline', () => {
  it.each([30, 31, 32, 33])('answers a query that names its namespace behind %i statements', async (statements) => {
    const pipeline = await Pipeline.open(await connectFor(2_000))
    for (let i = 0; i < statements; i++) pipeline.execute(sender, ONE)
    expect(await pipeline.query({ index: 1, namespace: 'acme' }, ONE, [])).toEqual([{ one: 1 }])
    await pipeline.end()
  })

  it('may take as long as it likes, as long as the server goes on to answer', async () => {
    const pipeline = await Pipeline.open(await connectFor(500))
    for (let i = 0; i < 6; i++) await pipeline.query(sender, SLEEP, ['0.15'])
    await pipeline.end()
  })

  it('is not given up while nothing is asked of the server', async () => {
    const pipeline = await Pipeline.open(await connectFor(50))
    await pipeline.query(sender, ONE, [])
    await sleep(150)
    expect(await pipeline.query(sender, ONE, [])).toEqual([{ one: 1 }])
    await pipeline.end()
  })

  it('fails when the server is silent, and takes no harm of answers that come too late', async () => {
    const client = await connectFor(200)
    const pipeline = await Pipeline.open(client)
    const late = pipeline.query(sender, SLEEP, ['0.6'])
    pipeline.execute(sender, ONE)
    await expect(late).rejects.toThrow('Query read timeout')
    await expect(pipeline.end()).rejects.toThrow('Query read timeout')
    timeoutsOf(client).query_timeout = 0
    const { rows } = await client.query('SELECT 2 AS two')
    expect(rows).toEqual([{ two: 2 }])
  })
})
