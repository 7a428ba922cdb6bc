import { createRequire } from 'node:module'
import type { PrismaClient } from '@descartes/store/client'
import type { ClientBase, Pool, PoolClient, QueryConfig, QueryResult } from 'pg'
import { OutsideTransactionError } from '../errors.ts'
import { loadPackage } from './load-package.ts'
import { withClient } from './pool.ts'
import { queryWithin } from './query-within.ts'
import type { PostgresqlTransaction } from './transaction.ts'

const require = createRequire(import.meta.url)

/** What the adapter sends: a transaction begins and ends with statements of their own. */
interface Request extends QueryConfig {
  readonly text: string
}

/** Takes one statement; what it sees is held to a namespace, if one is given. */
type Send = (client: ClientBase, request: Request) => Promise<QueryResult>

/**
 * The generated client on a pool, or on a transaction; loaded on first use. It is the one of SQLite in all its types. The
 * server holds what it does to the namespace, if one is given. Each takes half a megabyte. `address` is named in errors.
 */
export function createPrismaClient(
  poolFor: (send: Send) => Pool,
  namespace: string | undefined,
  address: string,
): PrismaClient {
  const { PrismaPg } = loadPackage<typeof import('@prisma/adapter-pg')>('@prisma/adapter-pg', address)
  const client = require('@descartes/store/postgresql-client') as typeof import('@descartes/store/client')
  return new client.PrismaClient({ adapter: new PrismaPg(poolFor(sendWithin(namespace))) })
}

// The isolation level is set before anything else, and a namespace ends with its transaction.
const CONTROL = /^\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET TRANSACTION)\b/i

function sendWithin(namespace: string | undefined): Send {
  return (client, request) =>
    namespace === undefined || CONTROL.test(request.text)
      ? client.query(request)
      : queryWithin(client, namespace, request)
}

/** The pool as Prisma uses it: it takes no query when the engine takes no call, and closing waits for those under way. */
export function guardedPool(pool: Pool, enter: () => () => void, send: Send): Pool {
  const connect = async () => {
    const leave = enter()
    try {
      return releasing(await pool.connect(), leave, send)
    } catch (error) {
      leave()
      throw error
    }
  }
  const query = async (request: Request) => {
    const leave = enter()
    try {
      return await withClient(pool, (client) => send(client, request))
    } finally {
      leave()
    }
  }
  // The pool hears of its errors itself, and must not hold on to every client there was.
  const [on, removeListener] = [() => facade, () => facade]
  const facade: Pool = Object.assign(Object.create(pool) as Pool, { query, connect, on, removeListener })
  return facade
}

function releasing(client: PoolClient, leave: () => void, send: Send) {
  return {
    query: (request: Request) => send(client, request),
    on: client.on.bind(client),
    removeListener: client.removeListener.bind(client),
    release(broken?: boolean) {
      client.release(broken)
      leave()
    },
  }
}

/** The transaction as the pool that the adapter expects: every query runs in it, and a transaction of its own is a savepoint. */
export function poolOf(transaction: PostgresqlTransaction, send: Send): Pool {
  const { Pool } = require('pg') as typeof import('pg')
  const query = (request: Request) => transaction.runJob(() => send(transaction.client, request))
  const connect = async () => clientOf(await transaction.begin(), send)
  return Object.assign(new Pool(), { query, connect })
}

function clientOf(savepoint: PostgresqlTransaction, send: Send): unknown {
  const query = async (request: Request) => {
    const text = request.text.trim().toUpperCase()
    if (text === 'BEGIN') return EMPTY
    if (text === 'COMMIT') return savepoint.commit().then(() => EMPTY)
    if (text === 'ROLLBACK') return savepoint.rollback().then(() => EMPTY)
    if (text.startsWith('SET TRANSACTION'))
      throw new OutsideTransactionError('a transaction inside another has its isolation level; leave it out')
    return savepoint.runJob(() => send(savepoint.client, request))
  }
  return { query, on() {}, removeListener() {}, release() {} }
}

const EMPTY = { fields: [], rows: [], rowCount: 0 }
