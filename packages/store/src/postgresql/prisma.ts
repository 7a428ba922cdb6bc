import { createRequire } from 'node:module'
import type { PrismaClient } from '@descartes/store/client'
import type { Pool, QueryResult } from 'pg'
import { OutsideTransactionError } from '../errors.ts'
import type { PostgresqlTransaction } from './transaction.ts'

const require = createRequire(import.meta.url)

/** The generated client on the pool, or on a transaction; loaded on first use. It is the one of SQLite in all its types. */
export function createPrismaClient(on: Pool | PostgresqlTransaction): PrismaClient {
  const { PrismaPg } = require('@prisma/adapter-pg') as typeof import('@prisma/adapter-pg')
  const client = require('@descartes/store/postgresql-client') as typeof import('@descartes/store/client')
  return new client.PrismaClient({ adapter: new PrismaPg('runJob' in on ? poolOf(on) : on) })
}

/** The transaction as the pool that the adapter expects: every query runs in it, and a transaction of its own is a savepoint. */
function poolOf(transaction: PostgresqlTransaction): Pool {
  const { Pool } = require('pg') as typeof import('pg')
  const pool = new Pool()
  const query = (...args: unknown[]) =>
    transaction.runJob(() => (transaction.client.query as (...given: unknown[]) => Promise<QueryResult>)(...args))
  return Object.assign(pool, { query, connect: async () => clientOf(await transaction.begin()) })
}

function clientOf(savepoint: PostgresqlTransaction): unknown {
  const query = async (request: { text: string }) => {
    const text = request.text.trim().toUpperCase()
    if (text === 'BEGIN') return EMPTY
    if (text === 'COMMIT') return savepoint.commit().then(() => EMPTY)
    if (text === 'ROLLBACK') return savepoint.rollback().then(() => EMPTY)
    if (text.startsWith('SET TRANSACTION'))
      throw new OutsideTransactionError('a transaction inside another has its isolation level; leave it out')
    return savepoint.runJob(() => savepoint.client.query(request))
  }
  return { query, on() {}, removeListener() {}, release() {} }
}

const EMPTY = { fields: [], rows: [], rowCount: 0 }
