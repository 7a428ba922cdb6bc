import { createRequire } from 'node:module'
import type { PrismaClient } from '@descartes/store/client'
import type { SqliteAccess } from '../sqlite/access.ts'
import { driverAdapterFactory } from './adapter.ts'

const require = createRequire(import.meta.url)

/**
 * The generated client on an engine or a transaction. It is loaded here and not imported at the top: loading costs
 * about 100 ms and 80 MB, which a process that only saves and loads never pays.
 */
export function createPrismaClient(access: SqliteAccess): PrismaClient {
  const client = require('@descartes/store/client') as typeof import('@descartes/store/client')
  return new client.PrismaClient({ adapter: driverAdapterFactory(access) })
}
